using System.Buffers;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Topics;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>What a message looks like as JSON, the same on all transports.</summary>
public sealed class MessageJsonTests
{
    [Theory]
    [InlineData("hello", "\"hello\"")]
    [InlineData("", "\"\"")]
    [InlineData(" ", "\" \"")]
    [InlineData("say \"\\\n\t", "\"say \\\"\\\\\\n\\t\"")]
    [InlineData("{\"a\":1}", "{\"a\":1}")]
    [InlineData(" { \"a\" : [ 1 , 2 ] } ", " { \"a\" : [ 1 , 2 ] } ")]
    [InlineData("{\r\n  \"a\": \"b c\"\r\n}\n", "{  \"a\": \"b c\"}")]
    [InlineData("\"text\"", "\"text\"")]
    [InlineData("[]", "[]")]
    [InlineData("true", "true")]
    [InlineData("null", "null")]
    [InlineData("-0.5e+10", "-0.5e+10")]
    [InlineData("0", "0")]
    [InlineData("\n12\n", "12")]
    [InlineData("truefalse", "\"truefalse\"")]
    [InlineData("nul", "\"nul\"")]
    [InlineData("01", "\"01\"")]
    [InlineData("1.", "\"1.\"")]
    [InlineData(".1", "\".1\"")]
    [InlineData("1e", "\"1e\"")]
    [InlineData("+1", "\"+1\"")]
    [InlineData("-", "\"-\"")]
    [InlineData("1 2", "\"1 2\"")]
    [InlineData("2026-01-01", "\"2026-01-01\"")]
    [InlineData("NaN", "\"NaN\"")]
    [InlineData("{a:1}", "\"{a:1}\"")]
    [InlineData("{\"a\":1} x", "\"{\\\"a\\\":1} x\"")]
    [InlineData("{\"a\":1,}", "\"{\\\"a\\\":1,}\"")]
    [InlineData("\"", "\"\\\"\"")]
    [InlineData("[1] [2]", "\"[1] [2]\"")]
    [InlineData("\ufeff1", "\"\\uFEFF1\"")]
    public void Data_is_JSON_when_the_message_is_and_else_a_string(string data, string json) =>
        Assert.Equal($$"""{"id":"e-1","type":null,"key":null,"data":{{json}}}""", Written(Message(data)));

    [Fact]
    public void Data_that_is_no_text_is_base64()
    {
        Assert.Equal("""{"id":"e-1","type":null,"key":null,"data":"/wA=","encoding":"base64"}""", Written(new TopicMessage(new Cursor(14, 1), new byte[] { 0xFF, 0 }, null, null)));
        Assert.Equal("""{"id":"e-1","type":null,"key":null,"data":"7aCA","encoding":"base64"}""", Written(new TopicMessage(new Cursor(14, 1), new byte[] { 0xED, 0xA0, 0x80 }, null, null)));
    }

    [Fact]
    public void Type_and_key_are_strings_or_null()
    {
        Assert.Equal("""{"id":"e-1","type":"a\"b","key":"<ä>","data":1}""", Written(new TopicMessage(new Cursor(14, 1), "1"u8.ToArray(), "a\"b", "<ä>")));

        // Half a character does not keep a message from being framed.
        Assert.Equal("\ufffd", JsonDocument.Parse(Written(new TopicMessage(new Cursor(14, 1), "1"u8.ToArray(), "\ud800", null))).RootElement.GetProperty("type").GetString());
    }

    [Fact]
    public void What_is_nested_so_deep_that_a_client_could_not_read_it_is_a_string()
    {
        string deep = new string('[', 56) + new string(']', 56), tooDeep = $"[{deep}]";
        using JsonDocument answer = JsonDocument.Parse($$"""{"topics":[{"messages":[{{Written(Message(deep))}},{{Written(Message(tooDeep))}}]}]}""");
        JsonElement messages = answer.RootElement.GetProperty("topics")[0].GetProperty("messages");
        Assert.Equal(JsonValueKind.Array, messages[0].GetProperty("data").ValueKind);
        Assert.Equal(tooDeep, messages[1].GetProperty("data").GetString());
        Assert.Equal(JsonValueKind.String, JsonDocument.Parse(Written(Message(new string('[', 100_000)))).RootElement.GetProperty("data").ValueKind);
    }

    [Fact]
    [Requirement("XS-02")]
    public void Whatever_the_data_it_is_one_line_and_comes_back()
    {
        Gen<byte[]> texts = Gen.Elements("{", "}", "[", "]", "\"", "\\", ",", ":", "1", "-", ".", "e", "true", "null", " ", "\r", "\n", "a", "ä", "\u2028", "\U0001F600", "\0").ArrayOf().Select(parts => Encoding.UTF8.GetBytes(string.Concat(parts)));
        Gen<byte[]> bytes = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();
        PropertyCheck.Holds(Arb.From(Gen.OneOf(texts, texts, bytes)), data =>
        {
            string line = Written(new TopicMessage(new Cursor(1, 1), data, null, null));
            Assert.DoesNotContain(line, next => next is '\n' or '\r');
            JsonElement read = JsonDocument.Parse(line).RootElement;
            if (read.TryGetProperty("encoding", out _)) Assert.Equal(data, read.GetProperty("data").GetBytesFromBase64());
            else if (IsJson(data)) Assert.True(JsonElement.DeepEquals(JsonDocument.Parse(data).RootElement, read.GetProperty("data")));
            else Assert.Equal(Encoding.UTF8.GetString(data), read.GetProperty("data").GetString());
        }, tests: 3000);
    }

    [Fact]
    public void JSON_is_told_from_text_as_the_framework_does()
    {
        Gen<string> numbers = Gen.Elements("0", "1", "9", "-", "+", ".", "e", "E").ArrayOf().Select(string.Concat);
        Gen<string> words = Gen.Elements("{", "}", "[", "]", "\"a\"", "\"", "\\", "\\n", "\\u00", "\\u", "dF", "x", "ä", ",", ":", ",\"b\":", "1", "0", "true", "false", "null", " ", "\t", "\u0001").ArrayOf().Select(string.Concat);
        Gen<string> texts = Json(4).SelectMany(text => Gen.Choose(0, text.Length), (text, at) => (text, at)).SelectMany(cut => words, (cut, word) => word.Length % 3 == 0 ? cut.text : cut.text[..cut.at] + word + cut.text[Math.Min(cut.at + word.Length, cut.text.Length)..]);
        PropertyCheck.Holds(Arb.From(Gen.OneOf(numbers, words, texts)), text => Assert.Equal(IsJson(Encoding.UTF8.GetBytes(text)), JsonText.IsJson(Encoding.UTF8.GetBytes(text))), tests: 20_000);
    }

    [Theory]
    [InlineData(56, true)]
    [InlineData(57, false)]
    public void JSON_that_nests_deeper_than_parsers_take_is_text(int depth, bool isJson)
    {
        Assert.Equal(isJson, JsonText.IsJson(Encoding.UTF8.GetBytes(new string('[', depth) + new string(']', depth))));
        Assert.Equal(isJson, JsonText.IsJson(Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth))));
    }

    private static Gen<string> Json(int depth)
    {
        Gen<string> scalar = Gen.Elements("0", "-1.5e+3", "true", "false", "null", "\"\"", "\"ä\\n\"", "\"\\u00e4\\\"\"", "12");
        if (depth == 0) return scalar;
        Gen<string> space = Gen.Elements("", "", " ", "\r\n\t");
        Gen<string> array = from items in Json(depth - 1).ArrayOf() from gap in space select $"[{gap}{string.Join(gap + ",", items)}{gap}]";
        Gen<string> members = from items in Json(depth - 1).ArrayOf() from gap in space select $"{{{gap}{string.Join("," + gap, items.Select(item => $"\"k\"{gap}:{gap}{item}"))}{gap}}}";
        return Gen.OneOf(scalar, array, members);
    }

    internal static string Written(TopicMessage message)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageJson.Write(message, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    private static TopicMessage Message(string data) => new(new Cursor(14, 1), Encoding.UTF8.GetBytes(data), null, null);

    private static bool IsJson(byte[] data)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(data);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
