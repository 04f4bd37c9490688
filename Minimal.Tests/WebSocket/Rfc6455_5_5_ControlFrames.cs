using System.Text;
using Minimal.WebSocket.Wire;
using Xunit;
using static Minimal.Tests.WebSocket.Conversations;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §5.5: Close, Ping, Pong.</summary>
public sealed class Rfc6455_5_5_ControlFrames
{
    [Fact]
    [Requirement("WS-5.5-01")]
    [Rule(nameof(WebSocketRules.ControlTooLong))]
    public void A_control_frame_carries_at_most_125_bytes()
    {
        string most = string.Concat(Enumerable.Repeat("AB", 125));
        FromClient($"89 FD 00000000 {most}", $"ping {most}");
        FromClient($"89 FE 007E 00000000 {most} AB", "refused ControlTooLong 1002");
        FromClient("88 FF 0000000000010000 00000000", "refused ControlTooLong 1002");
    }

    [Fact]
    [Requirement("WS-5.5.1-01")]
    [Rule(nameof(WebSocketRules.CloseCodeCut))]
    public void A_close_with_one_byte_is_refused() => FromClient("88 81 00000000 03", "refused CloseCodeCut 1002");

    [Fact]
    [Requirement("WS-5.5.1-02", "WS-7.1.5-01")]
    public void An_empty_close_is_in_order()
    {
        FromClient("88 80 00000000", "close 1005");
        Assert.Equal("", Hex.Written(ClosePayload.Empty.Write));
    }

    [Theory]
    [Requirement("WS-5.5.1-03")]
    [Rule(nameof(WebSocketRules.CloseReasonInvalid))]
    [InlineData("88 84 00000000 03E8 C0AF")]
    [InlineData("88 83 00000000 03E8 CE")]
    public void The_reason_is_UTF_8(string hex) => FromClient(hex, "refused CloseReasonInvalid 1007");

    [Fact]
    [Requirement("WS-5.5.1-04")]
    public void A_reason_is_cut_behind_a_whole_character()
    {
        foreach (string character in (string[])["a", "é", "€", "😀"])
        {
            for (int prefix = 0; prefix < 4; prefix++)
            {
                string reason = new string('x', prefix) + string.Concat(Enumerable.Repeat(character, 200));
                byte[] body = Hex.Bytes(Hex.Written(ClosePayload.Create(CloseCode.Normal, reason, WebSocketRole.Server).Write));
                string read = new UTF8Encoding(false, true).GetString(body.AsSpan(2));

                Assert.StartsWith(read, reason, StringComparison.Ordinal);
                Assert.InRange(body.Length - 2, ClosePayload.MaxReasonBytes - Encoding.UTF8.GetByteCount(character) + 1, ClosePayload.MaxReasonBytes);
            }
        }
    }

    [Fact]
    [Requirement("WS-8.1-05")]
    public void A_lone_surrogate_in_a_reason_becomes_the_replacement_character() =>
        Assert.Equal("03E8EFBFBD", Hex.Written(ClosePayload.Create(CloseCode.Normal, "\uD800", WebSocketRole.Server).Write));

    [Fact]
    public void Nothing_but_control_frames_follows_a_sent_close()
    {
        var closing = new ClosingHandshake(WebSocketRole.Server);
        Assert.True(closing.MayBeginMessage && closing.MayFinishMessage);

        Assert.True(closing.TrySend());
        Assert.False(closing.MayBeginMessage || closing.MayFinishMessage);
        Assert.True(closing.MayRead && closing.AwaitsPeer);
        Assert.False(closing.TrySend());
    }

    [Fact]
    public void A_received_close_is_answered_once_and_may_wait_for_the_end_of_a_message()
    {
        var closing = new ClosingHandshake(WebSocketRole.Server);
        Assert.True(closing.TryReceive(new ClosePayload(CloseCode.Normal)));

        Assert.True(closing.MustAnswer && closing.MayFinishMessage);
        Assert.False(closing.MayBeginMessage || closing.MayRead || closing.MustEndTransport);

        Assert.True(closing.TrySend());
        Assert.False(closing.MustAnswer || closing.MayFinishMessage || closing.TrySend());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Behind_both_closes_the_server_ends_TCP_and_the_client_waits_for_it(bool peerFirst)
    {
        foreach (WebSocketRole role in Enum.GetValues<WebSocketRole>())
        {
            var closing = new ClosingHandshake(role);
            if (peerFirst) closing.TryReceive(ClosePayload.Empty);
            closing.TrySend();
            if (!peerFirst) closing.TryReceive(ClosePayload.Empty);

            Assert.Equal(ClosingState.Done, closing.State);
            Assert.Equal(role == WebSocketRole.Server, closing.MustEndTransport);
            Assert.Equal(role == WebSocketRole.Client, closing.AwaitsPeer);

            closing.EndTransport();
            Assert.False(closing.MustEndTransport || closing.AwaitsPeer);
            Assert.True(closing.WasClean);
        }
    }

    [Fact]
    [Requirement("WS-5.5.1-11")]
    public void Frames_behind_a_close_are_not_read()
    {
        FromClient("88 82 00000000 03E8 81 82 00000000 6869 88 82 00000000 03E9 89 80 00000000", "close 1000");

        var closing = new ClosingHandshake(WebSocketRole.Server);
        closing.TryReceive(new ClosePayload(CloseCode.Normal));
        Assert.False(closing.TryReceive(new ClosePayload(CloseCode.GoingAway)));
        Assert.Equal(CloseCode.Normal, closing.Code);
    }

    [Fact]
    [Requirement("WS-5.7-01")]
    public void A_pong_carries_what_the_ping_carried()
    {
        FromClient("89 85 00000000 48656C6C6F", "ping 48656C6C6F");
        FromServer("89 05 48656C6C6F", "ping 48656C6C6F");
        FromClient("89 82 00000000 00FF", "ping 00FF");
        Assert.Equal("8A05", Hex.Written(new FrameHeader(true, 0, Opcode.Pong, 5).Write));
    }

    [Fact]
    public void Pings_and_pongs_come_in_any_number()
    {
        FromClient("8A 81 00000000 78 81 81 00000000 61", "pong 78\ntext a");
        string ten = string.Concat(Enumerable.Range(0, 10).Select(n => $"89 81 00000000 0{n}"));
        FromClient(ten, string.Join('\n', Enumerable.Range(0, 10).Select(n => $"ping 0{n}")));
    }
}
