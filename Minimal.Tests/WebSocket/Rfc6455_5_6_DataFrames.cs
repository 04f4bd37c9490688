using Xunit;
using static Minimal.Tests.WebSocket.Conversations;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §5.6 to §6.2: text, binary, and the octets of the RFC's own examples.</summary>
public sealed class Rfc6455_5_6_DataFrames
{
    [Theory]
    [Requirement("WS-5.6-01")]
    [InlineData("κ")]
    [InlineData("€")]
    [InlineData("😀")]
    public void A_frame_may_end_inside_a_character(string character)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(character);
        for (int cut = 1; cut < bytes.Length; cut++)
        {
            string first = $"01 {0x80 | cut:X2} 00000000 {Hex.Of(bytes.AsSpan(0, cut))}";
            string second = $"80 {0x80 | (bytes.Length - cut):X2} 00000000 {Hex.Of(bytes.AsSpan(cut))}";
            FromClient(first + second, $"text {character}");
        }
    }

    [Fact]
    [Requirement("WS-5.6-02")]
    public void Binary_is_not_interpreted() => FromClient("82 84 00000000 C0AFFF00", "binary C0AFFF00");

    [Theory]
    [Requirement("WS-5.7-01")]
    [InlineData(false, "81 05 48656C6C6F", "text Hello")]
    [InlineData(true, "81 85 37FA213D 7F9F4D5158", "text Hello")]
    [InlineData(false, "01 03 48656C 80 02 6C6F", "text Hello")]
    [InlineData(false, "89 05 48656C6C6F", "ping 48656C6C6F")]
    [InlineData(true, "8A 85 37FA213D 7F9F4D5158", "pong 48656C6C6F")]
    public void The_examples_of_the_RFC(bool isClient, string hex, string transcript)
    {
        if (isClient) FromClient(hex, transcript);
        else FromServer(hex, transcript);
    }

    [Fact]
    [Requirement("WS-6.2-01")]
    public void Each_message_comes_once_with_its_type() => FromClient(
        "81 81 00000000 61 82 81 00000000 62 81 81 00000000 63",
        """
        text a
        binary 62
        text c
        """);
}
