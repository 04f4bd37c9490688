using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Testing;

public sealed class EscapedBytesTests
{
    [Property]
    public void Any_bytes_survive_being_written_and_read(byte[] bytes) => Assert.Equal(bytes, EscapedBytes.Parse(EscapedBytes.Write(bytes)));

    [Property]
    public void Elided_text_is_never_too_long(byte[] bytes, byte most) =>
        Assert.True(most == 0 || EscapedBytes.Write(bytes, most).Length <= most);

    [Theory]
    [InlineData(@"GET / HTTP/1.1\r\n", "474554202F20485454502F312E310D0A")]
    [InlineData(@"\t\0\\\}\xfF", "09005C7DFF")]
    [InlineData("\u00E9€", "C3A9E282AC")]
    [InlineData(@"a\{3 bc}d", "6162636263626364")]
    [InlineData(@"\{2 \x00\}}", "007D007D")]
    public void Text_stands_for_bytes(string text, string bytes) => Assert.Equal(bytes, Convert.ToHexString(EscapedBytes.Parse(text)));

    [Theory]
    [InlineData(@"a\q")]
    [InlineData(@"\")]
    [InlineData(@"\x1")]
    [InlineData(@"\xGG")]
    [InlineData(@"\{a}")]
    [InlineData(@"\{3 a")]
    [InlineData(@"\{-1 a}")]
    public void What_is_no_escape_is_refused(string text) => Assert.Throws<FormatException>(() => EscapedBytes.Parse(text));

    [Theory]
    [InlineData("abcdef", 6, "abcdef")]
    [InlineData("abcdef", 5, "abcd…")]
    [InlineData("ab\r\ncd", 5, @"ab\r…")]
    [InlineData("ab\r\ncd", 4, "ab…")]
    public void Long_text_is_elided_between_escapes(string text, int most, string elided) =>
        Assert.Equal(elided, EscapedBytes.Write(System.Text.Encoding.ASCII.GetBytes(text), most));

    [Fact]
    public void Hexadecimal_text_has_quotes_and_comments() =>
        Assert.Equal("81054A0D23216F"u8.ToArray(), System.Text.Encoding.ASCII.GetBytes(Convert.ToHexString(HexBytes.Parse("81 05 \"J\\r#!\" # \"x\" 00\n 6f"))));

    [Theory]
    [InlineData("8")]
    [InlineData("81 0")]
    [InlineData("xx")]
    [InlineData("\"a")]
    public void What_is_no_hexadecimal_text_is_refused(string text) => Assert.Throws<FormatException>(() => HexBytes.Parse(text));
}
