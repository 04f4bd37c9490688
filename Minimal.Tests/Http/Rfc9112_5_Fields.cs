using System.Text;
using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §5: field lines, in both directions.</summary>
public sealed class Rfc9112_5_Fields
{
    private const string H = "Host: a\r\n";

    [Theory]
    [Requirement("H1-5-01", "H1-5.1-02")]
    [InlineData("X:a", "a")]
    [InlineData("X:   a", "a")]
    [InlineData("X: \t a \t ", "a")]
    [InlineData("X:", "")]
    [InlineData("X:  \t", "")]
    [InlineData("X: a b", "a b")]
    [InlineData("X: a\tb", "a\tb")]
    [InlineData("X: :", ":")]
    public void A_value_has_no_white_space_around_it(string line, string value) =>
        Assert.Equal(value, RequestReader.Read($"GET / HTTP/1.1\r\n{H}{line}\r\n\r\n").Head!.Fields.First("X"));

    [Theory]
    [Requirement("H1-5-02")]
    [InlineData("NoColon", nameof(HttpRules.ColonMissing))]
    [InlineData(": v", nameof(HttpRules.InvalidFieldName))]
    [InlineData("Bad[Name]: v", nameof(HttpRules.InvalidFieldName))]
    [InlineData("Bad Name: v", nameof(HttpRules.InvalidFieldName))]
    [InlineData("N\x00: v", nameof(HttpRules.InvalidFieldName))]
    [InlineData("\xC3\x89: v", nameof(HttpRules.InvalidFieldName))]
    [InlineData("\x01", nameof(HttpRules.ColonMissing))]
    public void A_name_is_a_token_with_a_colon_behind_it(string line, string rule) => AssertRefused(rule, line);

    [Theory]
    [Requirement("H1-5.1-01")]
    [InlineData("Host : a")]
    [InlineData("Content-Length : 5")]
    [InlineData("Transfer-Encoding\t: chunked")]
    [InlineData("X : y")]
    [InlineData("X \t : y")]
    public void White_space_in_front_of_a_colon_is_refused_with_400(string line)
    {
        AssertRefused(nameof(HttpRules.SpaceBeforeColon), line);
        Assert.Equal(400, HttpRules.SpaceBeforeColon.Code);
    }

    [Theory]
    [Requirement("H1-5.1-02")]
    [InlineData("Transfer-Encoding: \x0b" + "chunked")]
    [InlineData("Transfer-Encoding: \x0c" + "chunked")]
    [InlineData("Transfer-Encoding: \xA0" + "chunked")]
    [InlineData("Transfer-Encoding: chunked\xA0")]
    public void Nothing_but_space_and_tab_is_white_space(string line)
    {
        RequestReader reader = RequestReader.Read($"POST / HTTP/1.1\r\n{H}{line}\r\n\r\n0\r\n\r\n");
        Assert.Equal((ParseStatus.Invalid, 400), (reader.Status, reader.Broken?.Code));
    }

    [Fact]
    [Requirement("H1-5.1-02")]
    public void A_length_has_its_white_space_removed() =>
        Assert.Equal("hello"u8.ToArray(), RequestReader.Read($"POST / HTTP/1.1\r\n{H}Content-Length:\t5 \r\n\r\nhello").Content);

    [Theory]
    [Requirement("H1-5.2-02")]
    [InlineData("X: a\r\n b")]
    [InlineData("X: a\r\n\tb")]
    [InlineData("X: a\r\n ")]
    [InlineData("Transfer-Encoding:\r\n chunked\r\nContent-Length: 5")]
    public void A_folded_field_is_refused(string lines) => AssertRefused(nameof(HttpRules.ObsoleteFold), lines);

    [Theory]
    [Requirement("H1C-5.2-01")]
    [InlineData("X: a\r\n b", "a b")]
    [InlineData("X: a \r\n \t b\t", "a b")]
    [InlineData("X: a\r\n b\r\n c", "a b c")]
    [InlineData("X:\r\n b", "b")]
    [InlineData("X: a\r\n ", "a")]
    [InlineData("X: a\r\n \xA0", "a \xA0")]
    public void A_client_reads_a_fold_as_a_space(string lines, string value) =>
        Assert.Equal(value, ResponseReader.Read($"HTTP/1.1 200 OK\r\n{lines}\r\nContent-Length: 0\r\n\r\n").Head.Fields.First("X"));

    [Fact]
    [Requirement("H1C-5.2-01")]
    public void A_client_reads_a_folded_coding_as_one()
    {
        ResponseReader reader = ResponseReader.Read("HTTP/1.1 200 OK\r\nTransfer-Encoding:\r\n chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n");
        Assert.Equal((ParseStatus.Complete, BodyKind.Chunked), (reader.Status, reader.Body!.Framing.Kind));
    }

    [Theory]
    [InlineData("X: a\r\n b\x01", nameof(HttpRules.InvalidFieldValue))]
    [InlineData(" b", nameof(HttpRules.SpaceBeforeFields))]
    public void Not_every_fold_can_be_read(string lines, string rule) =>
        Assert.Equal(rule, ResponseReader.Read($"HTTP/1.1 200 OK\r\n{lines}\r\n\r\n").Broken?.Name);

    [Fact]
    [Requirement("H1-5.2-01")]
    public void A_long_value_is_one_line()
    {
        var head = new ResponseHead();
        head.Fields.Add("X", new string('a', 20_000));
        Assert.Equal($"HTTP/1.1 200 OK\r\nX: {new string('a', 20_000)}\r\n\r\n", HeadWriting.Write(head));
    }

    [Theory]
    [Requirement("H1-2.2-03", "H1-11.1-01")]
    [InlineData("a\rb")]
    [InlineData("a\nb")]
    [InlineData("a\r\nSet-Cookie: x=1")]
    [InlineData("a\r\n b")]
    [InlineData("\0")]
    [InlineData("\x01")]
    [InlineData("\x7F")]
    [InlineData("\u560A")]
    public void Nothing_that_ends_a_line_gets_into_a_value(string value)
    {
        FieldSection fields = new ResponseHead().Fields;
        Assert.Throws<ArgumentException>(() => fields.Add("Location", value));
        Assert.Throws<ArgumentException>(() => fields.Set("Location", value));
        Assert.Empty(fields);
    }

    [Theory]
    [Requirement("HS-2.2-01", "H1-11.1-01")]
    [InlineData("A B")]
    [InlineData("A:")]
    [InlineData("")]
    [InlineData("\u00C3")]
    [InlineData("A\r\nB")]
    [InlineData("A\0")]
    public void A_name_that_is_sent_is_a_token(string name)
    {
        FieldSection fields = new ResponseHead().Fields;
        Assert.Throws<ArgumentException>(() => fields.Add(name, "a"));
        Assert.Throws<ArgumentException>(() => fields.Set(name, "a"));
        Assert.Empty(fields);
    }

    [Theory]
    [InlineData("a\tb \u00E9\u00FF", "a\tb \u00E9\u00FF")]
    [InlineData("", "")]
    public void What_else_there_is_can_be_sent(string value, string read)
    {
        var head = new ResponseHead();
        head.Fields.Add("X", value);
        Assert.Equal(read, ResponseReader.Read(HeadWriting.Write(head)).Head.Fields.First("X"));
    }

    private static void AssertRefused(string rule, string lines)
    {
        RequestReader reader = RequestReader.Read($"GET / HTTP/1.1\r\n{H}{lines}\r\n\r\n");
        Assert.Equal((ParseStatus.Invalid, rule), (reader.Status, reader.Broken?.Name));
    }
}
