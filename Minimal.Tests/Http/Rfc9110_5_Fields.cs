using System.Text;
using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9110 §5: names, values, lists, limits.</summary>
public sealed class Rfc9110_5_Fields
{
    private const string H = "Host: a\r\n";

    [Fact]
    [Requirement("HS-5.1-01")]
    public void Names_are_found_in_any_case()
    {
        HttpFields fields = Read("Content-Type: text/plain\r\nCONTENT-LENGTH: 1", "x");
        Assert.Equal("text/plain", fields.First("content-type"));
        Assert.Equal("text/plain", fields.First("Content-Type"));
        Assert.Equal("1", fields.First("content-length"));
        Assert.Equal(fields.First("HOST"), fields.First("host"));
        Assert.Equal("CONTENT-LENGTH", fields[2].Name);
    }

    [Fact]
    [Requirement("HS-5.1-02")]
    public void Fields_that_nobody_knows_are_kept()
    {
        HttpFields fields = Read("X-Unknown: z\r\n!#$%&'*+-.^_`|~: v");
        Assert.Equal(("z", "v"), (fields.First("x-unknown"), fields.First("!#$%&'*+-.^_`|~")));
    }

    [Fact]
    [Requirement("HS-5.2-01")]
    public void Lines_of_a_name_combine_in_their_order_and_stay_what_they_are()
    {
        HttpFields fields = Read("X: a, b\r\nY: 1\r\nX: c");
        Assert.Equal("a, b, c", fields.Combined("x"));
        Assert.Equal("1", fields.Combined("y"));
        Assert.Null(fields.Combined("z"));
        Assert.Equal(2, fields.CountOf("X"));
        Assert.Equal(["Host: a", "X: a, b", "Y: 1", "X: c"], fields.Select(field => $"{field.Name}: {field.Value}"));
        Assert.Equal([1, 3], new[] { fields.Next("x", 0), fields.Next("x", 2) });
        Assert.Throws<ArgumentOutOfRangeException>(() => fields[4]);
    }

    [Fact]
    [Requirement("HS-5.3-01")]
    public void A_field_is_set_once_and_a_list_grows_by_lines()
    {
        var head = new ResponseHead();
        head.Fields.Add("content-type", "a/b");
        head.Fields.Add("Content-Type", "c/d");
        head.Fields.Set("Content-Type", "e/f");
        head.Fields.Add("Set-Cookie", "a=b");
        head.Fields.Add("Set-Cookie", "c=d");
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Type: e/f\r\nSet-Cookie: a=b\r\nSet-Cookie: c=d\r\n\r\n", HeadWriting.Write(head));
        Assert.Equal("a=b, c=d", head.Fields.Combined("set-cookie"));

        head.Fields.Remove("set-cookie");
        head.Fields.Set("X", "y");
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Type: e/f\r\nX: y\r\n\r\n", HeadWriting.Write(head));
        Assert.False(head.Fields.Contains("Set-Cookie"));
        Assert.Throws<ArgumentOutOfRangeException>(() => head.Fields[2]);
    }

    [Fact]
    [Requirement("HS-5.3-02")]
    public void A_head_is_not_read_before_its_last_byte()
    {
        const string Request = $"POST /inc HTTP/1.1\r\n{H}Content-Length: 0\r\n\r\n";
        for (int length = 0; length < Request.Length; length++)
        {
            Assert.Equal(ParseStatus.NeedMore, RequestReader.Read(Request[..length]).Status);
        }

        Assert.Equal(ParseStatus.Complete, RequestReader.Read(Request).Status);
    }

    [Fact]
    [Requirement("HS-5.4-01", "H65-5-01", "HS-17.5-01")]
    public void Fields_are_refused_one_byte_behind_their_limit()
    {
        int most = HttpLimits.Default.MaxFieldBytes;
        string Head(int length) => $"GET / HTTP/1.1\r\n{H}X: {new string('a', length - H.Length - 5)}\r\n\r\n";
        Assert.Equal(ParseStatus.Complete, ReadOnce(Head(most)).Status);
        Assert.Equal(HttpRules.FieldsTooLarge, ReadOnce(Head(most + 1)).Broken);
        Assert.Equal(HttpRules.FieldsTooLarge, ReadOnce(Head(most + 2)).Broken);
        Assert.Equal(HttpRules.FieldsTooLarge, ReadOnce(Head(1_000_000)).Broken);
        Assert.Equal(HttpRules.FieldsTooLarge, ReadOnce($"GET / HTTP/1.1\r\n{new string('a', 65_536)}: b\r\n\r\n").Broken);
        Assert.Equal(HttpRules.FieldsTooLarge, ReadOnce($"GET / HTTP/1.1\r\nX: {new string('a', most)}").Broken);
        Assert.Equal(431, HttpRules.FieldsTooLarge.Code);
    }

    [Fact]
    [Requirement("HS-5.4-01", "H65-5-01", "HS-17.5-01")]
    public void Fields_are_refused_one_behind_their_number()
    {
        int most = HttpLimits.Default.MaxFields;
        string Head(int count) => $"GET / HTTP/1.1\r\n{H}{string.Concat(Enumerable.Repeat("X: y\r\n", count - 1))}\r\n";
        Assert.Equal(most, ReadOnce(Head(most)).Head!.Fields.Count);
        Assert.Equal(HttpRules.TooManyFields, ReadOnce(Head(most + 1)).Broken);
        Assert.Equal(HttpRules.TooManyFields, ReadOnce(Head(10_000)).Broken);
        Assert.Equal(431, HttpRules.TooManyFields.Code);
    }

    [Theory]
    [Requirement("HS-17.5-01")]
    [InlineData("\r\n\r\nGET /aaaaaaaaaaaaaaaaaa HTTP/1.1\r\n")]
    [InlineData("GET /\r\n")]
    public void A_head_takes_no_more_than_its_limits_together(string beginning)
    {
        var limits = new HttpLimits { MaxEmptyLines = 2, MaxRequestLineBytes = 32, MaxFieldBytes = 40 };
        string endless = beginning + string.Concat(Enumerable.Repeat("a: b\r\n", 1000));
        for (int length = 0; length <= limits.MaxHeadBytes + 1; length++)
        {
            if (RequestReader.Read([Encoding.ASCII.GetBytes(endless[..length])], limits).Status == ParseStatus.Invalid) return;
        }

        Assert.Fail($"{limits.MaxHeadBytes + 1} bytes, and no answer");
    }

    [Theory]
    [Requirement("HS-5.5-01", "HS-5.5-02")]
    [InlineData("X: a\x00" + "b")]
    [InlineData("Cookie: a\0")]
    [InlineData("Transfer-Encoding: chunk\0ed")]
    [InlineData("X: a\x01" + "b")]
    [InlineData("X: a\x7F" + "b")]
    [InlineData("X: a\x0B" + "b")]
    [InlineData("X: \x1F")]
    public void A_value_holds_no_control_byte(string line) =>
        Assert.Equal(HttpRules.InvalidFieldValue, RequestReader.Read($"GET / HTTP/1.1\r\n{H}{line}\r\n\r\n").Broken);

    [Fact]
    [Requirement("HS-5.5-01", "HS-5.5-02")]
    public void Every_byte_is_judged()
    {
        for (int octet = 0; octet < 256; octet++)
        {
            RequestReader reader = ReadOnce($"GET / HTTP/1.1\r\n{H}X: a{(char)octet}b\r\n\r\n");
            bool isAllowed = octet is '\t' or >= ' ' and not 0x7F;
            Assert.Equal(isAllowed ? ParseStatus.Complete : ParseStatus.Invalid, reader.Status);
            if (isAllowed) Assert.Equal($"a{(char)octet}b", reader.Head!.Fields.First("X"));
        }
    }

    [Fact]
    [Requirement("HS-5.5-03")]
    public void Bytes_beyond_ASCII_come_back_as_they_came()
    {
        HttpFields fields = Read("X: \xE9\xFF");
        Assert.Equal([0xE9, 0xFF], fields.ValueBytes(1).ToArray());
        var head = new ResponseHead();
        head.Fields.Add("X", fields.First("X")!);
        Assert.Contains("X: \xE9\xFF\r\n", HeadWriting.Write(head), StringComparison.Ordinal);
    }

    [Theory]
    [Requirement("HS-5.6.1.2-01")]
    [InlineData("X: a, b", "B", true)]
    [InlineData("X: , b,,", "b", true)]
    [InlineData("X:\tb\t", "b", true)]
    [InlineData("X: a\r\nX: b", "b", true)]
    [InlineData("X: ab", "b", false)]
    [InlineData("X: b c", "b", false)]
    [InlineData("X:", "b", false)]
    [InlineData("Y: b", "b", false)]
    public void A_list_is_searched_over_all_its_lines(string lines, string member, bool isFound)
    {
        Assert.Equal(isFound, Read(lines).HasMember("x", member));
        var head = new ResponseHead();
        foreach (string line in lines.Split("\r\n")) head.Fields.Add(line[..1], line[2..]);
        Assert.Equal(isFound, head.Fields.HasMember("x", member));
    }

    [Fact]
    [Requirement("HS-17.10-01")]
    public void Underscores_are_not_hyphens()
    {
        RequestReader reader = RequestReader.Read($"POST / HTTP/1.1\r\n{H}Transfer_Encoding: chunked\r\nContent_Length: 5\r\n\r\n");
        Assert.Equal((ParseStatus.Complete, BodyKind.None), (reader.Status, reader.Body!.Framing.Kind));
        Assert.False(reader.Head!.Fields.Contains("Content-Length"));
    }

    [Fact]
    [Requirement("HS-8.3-02")]
    [Rule(nameof(HttpRules.ContentTypeRepeated))]
    public void There_is_one_Content_Type()
    {
        RequestReader reader = RequestReader.Read($"POST / HTTP/1.1\r\n{H}Content-Type: a/b\r\ncontent-type: a/b\r\n\r\n");
        Assert.Equal(HttpRules.ContentTypeRepeated, reader.Broken);
        Assert.Equal("a/b", Read("Content-Type: a/b").First("Content-Type"));
    }

    [Fact]
    [Requirement("HS-5.2-01", "HS-5.1-01")]
    public void Every_line_is_found_be_it_the_first_or_one_of_very_many()
    {
        string[] lines = [.. Enumerable.Range(0, 99).Select(i => $"X{i}: {i}")];
        HttpFields fields = RequestReader.Read($"GET / HTTP/1.1\r\n{string.Join("\r\n", lines)}\r\n{H}\r\n").Head!.Fields;
        Assert.Equal([.. lines, "Host: a"], fields.Select(field => $"{field.Name}: {field.Value}"));
        Assert.True(fields.Contains("x0") && fields.HasMember("X0", "0") && !fields.Contains("X99"));
        Assert.Equal((1, "0", "a"), (fields.CountOf("X0"), fields.Combined("X0"), fields.First("Host")));

        var written = new FieldSection();
        foreach (HttpField field in fields) written.Add(field.Name, field.Value);
        Assert.Equal(fields, written);
        Assert.Equal(("X0", "a"), (written[0].Name, written[99].Value));
        Assert.Throws<ArgumentOutOfRangeException>("index", () => written[100]);
    }

    [Fact]
    [Requirement("HS-5.2-01")]
    public void A_field_of_several_lines_may_begin_with_the_first_line()
    {
        HttpFields fields = RequestReader.Read($"GET / HTTP/1.1\r\nConnection: close\r\nConnection: a\r\n{H}\r\n").Head!.Fields;
        Assert.Equal("close, a", fields.Combined("Connection"));
        Assert.Equal(2, fields.CountOf("connection"));
        Assert.True(fields.HasMember("Connection", "CLOSE") && fields.HasMember("Connection", "a"));
        Assert.False(Persistence.Decide(RequestReader.Read($"GET / HTTP/1.1\r\nConnection: close\r\n{H}\r\n").Head!));
    }

    [Fact]
    [Requirement("HS-5.1-01")]
    public void Whatever_fills_the_room_for_lines_is_not_looked_beyond()
    {
        // As many lines as the room that is rented for them at first.
        HttpFields fields = Read(string.Join("\r\n", Enumerable.Repeat("X: a", 15)));
        Assert.Equal(16, fields.Count);
        Assert.Null(fields.First("Y"));
        Assert.False(fields.HasMember("Y", "a"));
    }

    [Fact]
    [Requirement("H1-5.1-02")]
    public void Nothing_but_space_and_tab_is_white_space_around_a_member()
    {
        var written = new FieldSection();
        written.Add("Connection-Like", "a\u00A0, \tb ");
        Assert.False(written.HasMember("connection-like", "a"));
        Assert.True(written.HasMember("connection-like", "B"));
        Assert.False(Read("X: a\u00A0").HasMember("X", "a"));
    }

    [Theory]
    [Requirement("HS-5.1-01")]
    [InlineData("X-Y.1", true)]
    [InlineData("", false)]
    [InlineData("a b", false)]
    [InlineData("a:", false)]
    public void A_token_is_one_in_characters_and_in_bytes(string text, bool isToken)
    {
        Assert.Equal(isToken, HttpChars.IsToken(text));
        Assert.Equal(isToken, HttpChars.IsToken(Encoding.ASCII.GetBytes(text)));
    }

    [Fact]
    [Requirement("HS-17.5-01")]
    public void Limits_are_those_that_are_documented()
    {
        var limits = new HttpLimits();
        Assert.Equal((32, 8192, 32_768, 100, 4), (limits.MaxMethodBytes, limits.MaxRequestLineBytes, limits.MaxFieldBytes, limits.MaxFields, limits.MaxEmptyLines));
        Assert.Equal((1024, 16_384, 8192), (limits.MaxChunkLineBytes, limits.MaxChunkExtensionBytes, limits.MaxTrailerBytes));
        Assert.Equal((30_000_000, 65_536, 16_777_216), (limits.MaxBodyBytes, limits.MaxDrainBytes, limits.MaxLingerBytes));
        Assert.Equal((16_384, 16_384, 20_000), (limits.MaxReadAheadBytes, limits.ResponseBufferBytes, limits.MaxConnections));
        Assert.Equal(8 + 8192 + 2 + 32_768 + 2, limits.MaxHeadBytes);
    }

    [Fact]
    public void A_rule_is_its_sentence_and_where_it_comes_from() =>
        Assert.Equal($"{HttpRules.BareLineFeed.Sentence} (RFC 9112 §2.2)", HttpRules.BareLineFeed.ToString());

    [Fact]
    public void A_section_that_was_given_back_is_empty_and_can_be_used_again()
    {
        var written = new FieldSection();
        for (int i = 0; i < 20; i++) written.Add("X", "a");
        written.IsReadOnly = true;
        written.Release();
        Assert.Empty(written);
        written.Add("Y", "b");
        Assert.Equal([new HttpField("Y", "b")], written);
    }

    [Fact]
    public void When_the_head_has_left_nothing_of_it_changes()
    {
        var written = new FieldSection();
        written.Add("X", "a");
        written.IsReadOnly = true;
        Assert.Throws<InvalidOperationException>(() => written.Set("X", "b"));
        Assert.Throws<InvalidOperationException>(() => written.Add("Y", "b"));
        Assert.Throws<InvalidOperationException>(() => written.Remove("X"));
        Assert.Equal("a", written.First("X"));
    }

    [Fact]
    [Requirement("HS-2.3-02")]
    public void What_this_side_sends_at_its_longest_can_be_sent_back_to_it()
    {
        string longest = new('a', 8000 - "GET / HTTP/1.1".Length);
        Assert.Equal(ParseStatus.Complete, ReadOnce($"GET /{longest} HTTP/1.1\r\n{H}Cookie: {new string('a', 16_000)}\r\n\r\n").Status);
    }

    private static HttpFields Read(string lines, string body = "")
    {
        RequestReader reader = RequestReader.Read($"POST / HTTP/1.1\r\n{H}{lines}\r\n\r\n{body}");
        Assert.Equal((ParseStatus.Complete, null), (reader.Status, reader.Broken));
        return reader.Head!.Fields;
    }

    private static RequestReader ReadOnce(string request) => RequestReader.Read([Encoding.Latin1.GetBytes(request)]);
}
