using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Topics;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>The hidden iframe: a page of scripts that nothing in a message can leave.</summary>
public sealed class ForeverFrameTests
{
    [Fact]
    [Requirement("FF-01", "LP-3.2-03")]
    public async Task A_page_begins_with_more_than_browsers_hold_back()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/frame?via=frame&callback=p");
        WireResponse response = client.Pump().Current;
        Assert.Equal("text/html; charset=utf-8", response.Field("Content-Type"));
        Assert.Equal("nosniff", response.Field("X-Content-Type-Options"));
        int prologue = response.Text.IndexOf("-->\n", StringComparison.Ordinal);
        Assert.InRange(prologue, 2048, 4096);
        FrameReader page = FrameReader.Read(response.Text);
        Assert.Equal("p", page.Callback);
        Assert.Equal([$$"""{"type":"open","id":"{{host.Topic.End}}"}"""], page.Calls);
        Assert.Equal("", page.Rest);
    }

    [Fact]
    [Requirement("FF-02")]
    public async Task No_message_leaves_its_script()
    {
        const string Hostile = "</script><script>alert(1)</script><!--\u2028'\"\\\\\u2029&amp;]]>";
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/frame?via=frame");
        int before = client.Pump().Current.Body.Length;
        host.Publish(Hostile, type: "</script>", key: "<!--\"");
        string wire = Encoding.UTF8.GetString(client.Pump().Current.Body.AsSpan(before));
        string payload = wire["<script>r(".Length..^")</script>\n".Length];
        Assert.DoesNotContain(payload, next => next is '<' or '>' or '&' or '\u2028' or '\u2029' or '\'');
        JsonElement message = JsonDocument.Parse(FrameReader.Read(client.Current.Text).Calls[^1]).RootElement;
        Assert.Equal(Hostile, message.GetProperty("data").GetString());
        Assert.Equal(("</script>", "<!--\""), (message.GetProperty("type").GetString(), message.GetProperty("key").GetString()));
    }

    [Fact]
    [Requirement("FF-02")]
    public void Whatever_a_message_holds_comes_out_as_it_was()
    {
        Gen<string> piece = Gen.Elements("<", ">", "&", "</script", "<script", "<!--", "-->", "\u2028", "\u2029", "\"", "\\", "'", "\n", "\r", "\0", "\u007f", "a", "\u00e4", "\u2027", "\u202a", "\U0001F600", "\ud800", "u2028", "{", "}", ",", ":");
        Arbitrary<string> texts = Arb.From(piece.ArrayOf().Select(string.Concat), text => Enumerable.Range(0, text.Length).Select(at => text.Remove(at, 1)));
        PropertyCheck.Holds(texts, text =>
        {
            byte[] data = Encoding.UTF8.GetBytes(text);
            string page = FramePage.Of(new TopicMessage(new Cursor(1, 1), data, text, text));
            JsonElement message = JsonDocument.Parse(Assert.Single(FrameReader.Read(page).Calls)).RootElement;
            Assert.Equal(MessageJsonTests.Written(new TopicMessage(new Cursor(1, 1), data, text, text)), FrameReader.Read(page).Calls[0]);
            string whole = Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
            Assert.Equal(whole, message.GetProperty("type").GetString());
        }, tests: 2000);
    }

    [Fact]
    [Requirement("FF-02")]
    public void Data_that_a_script_would_read_differently_than_JSON_is_read_as_JSON()
    {
        // As an object literal the first would set the prototype, and the second is a syntax error.
        foreach (string json in (string[])["""{"__proto__":{"admin":true}}""", """{"__proto__":1,"__proto__":2}"""])
        {
            string page = FramePage.Of(new TopicMessage(new Cursor(1, 1), Encoding.UTF8.GetBytes(json), null, null));
            Assert.Equal($$"""{"id":"1-1","type":null,"key":null,"data":{{json}}}""", Assert.Single(FrameReader.Read(page).Calls));
        }
    }

    [Theory]
    [InlineData("%3Cscript%3E")]
    [InlineData("a(b")]
    [InlineData("*")]
    [InlineData("")]
    [InlineData("a.")]
    [InlineData(".a")]
    [InlineData("a..b")]
    [InlineData("1a")]
    [InlineData("a.1")]
    [InlineData("a%20b")]
    [InlineData("a%0Ab")]
    [InlineData("%C3%A4")]
    [InlineData("alert(1)//")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [Requirement("FF-03", "LP-6-01")]
    public async Task A_callback_that_is_no_name_is_refused(string callback)
    {
        await using var host = new TopicHost();
        WireResponse response = host.Ask($"/?via=frame&callback={callback}");
        Assert.Equal(400, response.Status);
        Assert.DoesNotContain("<script", response.Text, StringComparison.OrdinalIgnoreCase);
        Assert.Contains(TopicRules.CallbackUnreadable.Sentence, response.Text, StringComparison.Ordinal);
        Assert.Equal("text/plain; charset=utf-8", response.Field("Content-Type"));
    }

    [Theory]
    [InlineData("app.onMsg")]
    [InlineData("_")]
    [InlineData("$x.y9._z")]
    [Requirement("FF-03")]
    public async Task A_callback_that_is_a_name_is_called(string callback)
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get($"/?via=frame&callback={callback}");
        Assert.Equal(callback, FrameReader.Read(client.Pump().Current.Text).Callback);
    }

    [Fact]
    [Requirement("LP-6-01")]
    public async Task A_poll_answers_no_script_whatever_it_is_asked()
    {
        await using var host = new TopicHost();
        WireResponse response = host.Ask("/?callback=alert(1)//");
        Assert.Equal("application/json", response.Field("Content-Type"));
        Assert.StartsWith("{", response.Text, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("FF-05")]
    public async Task A_frame_beats_and_its_last_script_says_that_it_ends()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { Heartbeat = TimeSpan.FromSeconds(1) });
        await using WireClient client = host.Get("/?via=frame");
        host.Advance(1);
        Assert.Equal(2, FrameReader.Read(client.Pump().Current.Text).Calls.Count);
        host.Topic.Complete();
        host.Run();
        Assert.Equal($$"""{"type":"end","id":"{{host.Topic.End}}"}""", FrameReader.Read(client.Read()!.Text).Calls[^1]);
    }

    [Fact]
    [Requirement("FF-06", "LP-5.6-01")]
    public async Task A_frame_is_not_kept_and_stands_in_nobody_else_s_page_unless_configured()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/?via=frame");
        Assert.Contains("no-store", client.Pump().Current.Field("Cache-Control"), StringComparison.Ordinal);
        Assert.Equal("frame-ancestors 'self'", client.Current.Field("Content-Security-Policy"));

        await using var other = new TopicHost(transports: new ForeverFrame("https://b https://c"));
        await using WireClient configured = other.Get("/?via=frame");
        Assert.Equal("frame-ancestors https://b https://c", configured.Pump().Current.Field("Content-Security-Policy"));
        foreach (string ancestors in (string[])["", " ", "a; script-src *", "a\r\nX: 1", "a, b"]) Assert.ThrowsAny<ArgumentException>(() => new ForeverFrame(ancestors));
    }
}
