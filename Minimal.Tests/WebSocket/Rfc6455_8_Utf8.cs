using System.Text;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;
using Xunit;
using static Minimal.Tests.WebSocket.Conversations;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §8.1: text is UTF-8.</summary>
public sealed class Rfc6455_8_Utf8
{
    [Theory]
    [Requirement("WS-8.1-01")]
    [Rule(nameof(WebSocketRules.InvalidText))]
    [InlineData("C0AF")]
    [InlineData("C1BF")]
    [InlineData("E080AF")]
    [InlineData("EDA080")]
    [InlineData("EDBFBF")]
    [InlineData("F08080AF")]
    [InlineData("F4908080")]
    [InlineData("F888808080")]
    [InlineData("FE")]
    [InlineData("FF")]
    [InlineData("80")]
    [InlineData("CEBAE1BDB9CF83CEBCCEB5EDA080656469746564")]
    public void Text_that_is_not_UTF_8_is_refused(string text)
    {
        FromClient($"81 {0x80 | (text.Length / 2):X2} 00000000 {text}", "refused InvalidText 1007");
        FromClient($"01 80 00000000 80 {0x80 | (text.Length / 2):X2} 00000000 {text}", "refused InvalidText 1007");
    }

    [Theory]
    [Requirement("WS-8.1-02")]
    [Rule(nameof(WebSocketRules.TextCut))]
    [InlineData("81 83 00000000 F09F98")]
    [InlineData("01 81 00000000 61 80 81 00000000 CE")]
    [InlineData("01 81 00000000 CE 80 80 00000000")]
    public void A_message_does_not_end_inside_a_character(string hex) => FromClient(hex, "refused TextCut 1007");

    [Fact]
    public void The_next_message_begins_afresh() => FromClient("81 82 00000000 CEBA 81 82 00000000 CEBA", "text κ\ntext κ");

    [Theory]
    [Requirement("WS-8.1-03")]
    [InlineData("C0", 0)]
    [InlineData("F5", 0)]
    [InlineData("61 80", 1)]
    [InlineData("ED A0", 1)]
    [InlineData("E0 9F", 1)]
    [InlineData("F0 8F", 1)]
    [InlineData("F4 90", 1)]
    [InlineData("CE 61", 1)]
    [InlineData("E2 82 C0", 2)]
    [InlineData("F0 9F 98 61", 3)]
    [InlineData("61 62 63 64 65 66 67 68 69 6A 6B 6C 6D 6E 6F 70 FF", 16)]
    public void It_is_refused_at_the_first_byte_that_is_wrong(string hex, int at)
    {
        byte[] text = Hex.Bytes(hex);
        var check = default(Utf8Check);
        for (int i = 0; i < at; i++) Assert.NotEqual(ParseStatus.Invalid, check.Read([text[i]]));
        Assert.Equal(ParseStatus.Invalid, check.Read([text[at]]));
        Assert.Equal(ParseStatus.Invalid, check.Read("a"u8));
        Assert.False(check.IsComplete);

        var whole = default(Utf8Check);
        Assert.NotEqual(ParseStatus.Invalid, whole.Read(text.AsSpan(0, at)));
        Assert.Equal(ParseStatus.Invalid, whole.Read(text.AsSpan(at, 1)));
    }

    [Fact]
    [Requirement("WS-8.1-03")]
    public void It_is_refused_before_the_frame_is_complete() =>
        Assert.Equal("refused InvalidText 1007", PureReceiver.Transcript([Hex.Bytes("01 FE 03E8 00000000 CEBA F490")]));

    [Theory]
    [Requirement("WS-8.1-04")]
    [InlineData(0x0000)]
    [InlineData(0x007F)]
    [InlineData(0x0080)]
    [InlineData(0x07FF)]
    [InlineData(0x0800)]
    [InlineData(0xD7FF)]
    [InlineData(0xE000)]
    [InlineData(0xFFFD)]
    [InlineData(0xFFFE)]
    [InlineData(0xFFFF)]
    [InlineData(0x10000)]
    [InlineData(0x10FFFF)]
    public void The_first_and_last_characters_of_each_length_are_valid(int character)
    {
        string text = char.ConvertFromUtf32(character);
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        FromClient($"81 {0x80 | bytes.Length:X2} 00000000 {Hex.Of(bytes)}", $"text {text}");
    }
}
