using Minimal.WebSocket.Wire;
using Xunit;
using static Minimal.Tests.WebSocket.Conversations;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §5.4: messages of several frames.</summary>
public sealed class Rfc6455_5_4_Fragmentation
{
    [Fact]
    [Requirement("WS-5.4-01", "WS-5.7-01")]
    public void A_message_may_come_in_fragments_of_the_first_ones_type()
    {
        FromClient("01 83 00000000 48656C 80 82 00000000 6C6F", "text Hello");
        FromClient("02 83 00000000 48656C 80 82 00000000 6C6F", "binary 48656C6C6F");
        FromServer("01 03 48656C 80 02 6C6F", "text Hello");
    }

    [Fact]
    public void Control_frames_come_between_fragments() => FromClient(
        "01 83 00000000 48656C 89 81 00000000 70 8A 80 00000000 80 82 00000000 6C6F",
        """
        ping 70
        pong
        text Hello
        """);

    [Theory]
    [Requirement("WS-5.4-03")]
    [Rule(nameof(WebSocketRules.ControlFragmented))]
    [InlineData("09 80 00000000")]
    [InlineData("08 82 00000000 03E8")]
    [InlineData("0A 80 00000000")]
    public void Control_frames_are_not_fragmented(string hex) => FromClient(hex, "refused ControlFragmented 1002");

    [Theory]
    [Requirement("WS-5.4-04")]
    [Rule(nameof(WebSocketRules.StrayContinuation))]
    [InlineData("80 82 00000000 6869", "refused StrayContinuation 1002")]
    [InlineData("00 82 00000000 6869", "refused StrayContinuation 1002")]
    [InlineData("81 81 00000000 61 80 81 00000000 62", "text a\nrefused StrayContinuation 1002")]
    public void A_continuation_goes_on_with_a_message(string hex, string transcript) => FromClient(hex, transcript);

    [Theory]
    [Requirement("WS-5.4-05")]
    [Rule(nameof(WebSocketRules.MessageUnfinished))]
    [InlineData("01 81 00000000 61 81 81 00000000 62")]
    [InlineData("01 81 00000000 61 82 81 00000000 62")]
    [InlineData("02 80 00000000 02 80 00000000")]
    public void Messages_are_not_interleaved(string hex) => FromClient(hex, "refused MessageUnfinished 1002");

    [Fact]
    [Requirement("WS-5.4-06")]
    public void Fragments_are_joined_in_order_and_may_be_empty()
    {
        FromClient(
            "01 80 00000000 00 81 00000000 48 00 80 00000000 00 84 00000000 656C6C6F 80 80 00000000",
            "text Hello");
        FromClient("01 80 00000000 00 80 00000000 80 80 00000000", "text ");
    }

    [Fact]
    [Requirement("WS-5.4-07", "WS-6.1-02")]
    public void A_fragmented_message_has_its_opcode_first_and_FIN_last()
    {
        (bool IsLast, Opcode Opcode, byte[] Bytes)[] parts =
            [(false, Opcode.Text, "Hel"u8.ToArray()), (false, Opcode.Continuation, "l"u8.ToArray()), (true, Opcode.Continuation, "o"u8.ToArray())];
        string hex = string.Concat(parts.Select(part => Hex.Written(new FrameHeader(part.IsLast, 0, part.Opcode, part.Bytes.Length).Write) + Hex.Of(part.Bytes)));

        Assert.Equal("010348656C" + "00016C" + "80016F", hex);
        FromServer(hex, "text Hello");
    }

    [Fact]
    [Requirement("WS-10.4-01")]
    [Rule(nameof(WebSocketRules.MessageTooLarge))]
    public void The_limit_of_a_message_counts_all_its_frames()
    {
        var limits = new WebSocketLimits { MaxMessageBytes = 3 };
        FromClient("02 82 00000000 0102 80 81 00000000 03", "binary 010203", limits: limits);
        FromClient("02 82 00000000 0102 80 82 00000000 0304", "refused MessageTooLarge 1009", limits: limits);
        FromClient("82 84 00000000 01020304", "refused MessageTooLarge 1009", limits: limits);
        FromClient("82 83 00000000 010203 82 83 00000000 040506", "binary 010203\nbinary 040506", limits: limits);
    }

    [Fact]
    [Requirement("WS-10.4-04")]
    public void A_message_of_the_default_size_may_come_byte_by_byte()
    {
        const int Length = 1024 * 1024;
        var order = new FrameOrder(WebSocketLimits.Default);
        for (int i = 0; i < Length; i++)
        {
            var header = new FrameHeader(i == Length - 1, 0, i == 0 ? Opcode.Binary : Opcode.Continuation, 1, 0);
            Assert.True(order.TryAccept(header, out _));
        }

        Assert.False(order.InMessage);
        Assert.Equal(Length, order.PayloadLength);
    }

    [Fact]
    [Requirement("WS-10.4-04")]
    [Rule(nameof(WebSocketRules.TooManyFragments))]
    public void Fragments_that_never_end_are_refused()
    {
        FromClient(
            "01 80 00000000 00 80 00000000 00 80 00000000 00 80 00000000",
            "refused TooManyFragments 1008",
            limits: new WebSocketLimits { MaxFragments = 3 });
        FromClient("01 80 00000000 00 80 00000000 80 80 00000000", "text ", limits: new WebSocketLimits { MaxFragments = 3 });
        Assert.True(WebSocketLimits.Default.MaxFragments >= 65_536);
    }
}
