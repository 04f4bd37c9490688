using Minimal.WebSocket.Wire;
using Xunit;
using static Minimal.Tests.WebSocket.Conversations;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §7: closing, and what it is called.</summary>
public sealed class Rfc6455_7_Closing
{
    [Fact]
    [Requirement("WS-7.1.2-01")]
    public void A_close_has_code_and_reason()
    {
        var close = ClosePayload.Create((CloseCode)4001, "bye", WebSocketRole.Server);
        string body = Hex.Written(close.Write);

        Assert.Equal("8805" + "0FA1627965", Hex.Written(new FrameHeader(true, 0, Opcode.Close, body.Length / 2).Write) + body);
        FromServer("88 05 0FA1 627965", "close 4001 bye");
    }

    [Fact]
    [Requirement("WS-7.1.4-01", "WS-7.1.5-01")]
    public void It_was_clean_only_when_TCP_ended_behind_both_closes()
    {
        var bare = new ClosingHandshake(WebSocketRole.Server);
        bare.EndTransport();
        Assert.False(bare.WasClean || bare.MayBeginMessage || bare.TrySend());
        Assert.Equal((CloseCode.AbnormalClosure, ""), (bare.Code, bare.Reason));

        var half = new ClosingHandshake(WebSocketRole.Server);
        half.TryReceive(new ClosePayload(CloseCode.GoingAway));
        half.EndTransport();
        Assert.False(half.WasClean || half.MustAnswer);
        Assert.Equal(CloseCode.GoingAway, half.Code);

        var early = new ClosingHandshake(WebSocketRole.Server);
        early.TrySend();
        Assert.False(early.WasClean);
        early.EndTransport();
        Assert.False(early.WasClean || early.AwaitsPeer);
        Assert.Equal(CloseCode.AbnormalClosure, early.Code);
    }

    [Theory]
    [Requirement("WS-7.1.5-01", "WS-7.1.6-01")]
    [InlineData("88 82 00000000 03E9", "close 1001")]
    [InlineData("88 80 00000000", "close 1005")]
    [InlineData("88 88 00000000 03E8 676F6F646279", "close 1000 goodby")]
    public void Code_and_reason_are_those_of_the_peers_close(string hex, string transcript)
    {
        FromClient(hex, transcript);

        var closing = new ClosingHandshake(WebSocketRole.Server);
        closing.TryReceive(ClosePayload.Read(Hex.Bytes(hex).AsSpan(6), out _)!.Value);
        Assert.Equal(transcript, $"close {(int)closing.Code} {closing.Reason}".TrimEnd());
    }

    [Fact]
    [Requirement("WS-7.1.7-02")]
    public void After_failing_nothing_more_is_read()
    {
        FromClient("83 80 00000000 81 82 00000000 6869 89 80 00000000", "refused ReservedOpcode 1002");

        var closing = new ClosingHandshake(WebSocketRole.Client);
        Assert.True(closing.TryFail());
        Assert.True(closing.MustEndTransport);
        Assert.False(closing.MayRead || closing.MayFinishMessage || closing.TrySend() || closing.TryReceive(ClosePayload.Empty) || closing.TryFail());
        closing.EndTransport();
        Assert.False(closing.WasClean || closing.MustEndTransport);
        Assert.Equal(CloseCode.AbnormalClosure, closing.Code);
    }

    [Fact]
    [Requirement("WS-5.5.1-11")]
    public void A_failure_behind_a_sent_close_sends_no_second_one()
    {
        var closing = new ClosingHandshake(WebSocketRole.Server);
        closing.TrySend();
        Assert.False(closing.TryFail());
        Assert.True(closing.MustEndTransport);
    }

    [Fact]
    public void A_failure_tells_the_peer_the_rule()
    {
        foreach (Minimal.Http.Wire.ProtocolRule rule in WebSocketRules.All.Where(rule => rule.Code is >= 1000 and not 1006))
        {
            byte[] body = Hex.Bytes(Hex.Written(ClosePayload.For(rule).Write));
            ClosePayload? read = ClosePayload.Read(body, out _);
            Assert.Equal(rule.Code, (int)read!.Value.Code);
            Assert.Equal(rule.ToString(), read.Value.Reason);
        }
    }

    [Fact]
    [Requirement("WS-7.4.1-02", "WS-7.4.1-03", "WS-7.4.2-01")]
    public void Codes_that_may_be_sent()
    {
        foreach (int code in (int[])[0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65535])
        {
            Assert.Throws<ArgumentOutOfRangeException>(() => ClosePayload.Create((CloseCode)code, "", WebSocketRole.Client));
        }

        foreach (int code in (int[])[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1011, 1012, 1013, 3000, 3999, 4000, 4999])
        {
            Assert.Equal(code, (int)ClosePayload.Create((CloseCode)code, "", WebSocketRole.Server).Code);
        }

        Assert.Throws<ArgumentOutOfRangeException>(() => ClosePayload.Create(CloseCode.MissingExtension, "", WebSocketRole.Server));
        Assert.Equal(CloseCode.MissingExtension, ClosePayload.Create(CloseCode.MissingExtension, "", WebSocketRole.Client).Code);
    }

    [Fact]
    [Requirement("WS-7.4.1-04")]
    [Rule(nameof(WebSocketRules.CloseCodeInvalid))]
    public void Codes_that_may_be_received()
    {
        foreach (int code in (int[])[0, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
        {
            FromClient($"88 82 00000000 {code:X4}", "refused CloseCodeInvalid 1002");
        }

        foreach (int code in (int[])[1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
        {
            FromClient($"88 82 00000000 {code:X4}", $"close {code}");
        }
    }
}
