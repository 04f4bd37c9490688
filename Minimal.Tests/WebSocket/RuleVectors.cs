using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;
using static Minimal.WebSocket.Wire.WebSocketRules;

namespace Minimal.Tests.WebSocket;

/// <summary>Every row of the rule table has something that it refuses, and its code is one that can be told to a peer.</summary>
public sealed class RuleVectors
{
    private static readonly HandshakeRequest Request = new()
    {
        Method = "GET",
        MinorVersion = 1,
        Host = ["a"],
        Upgrade = ["websocket"],
        Connection = ["Upgrade"],
        Key = ["dGhlIHNhbXBsZSBub25jZQ=="],
        Version = ["13"],
    };

    private static readonly HandshakeReply Reply = new()
    {
        Status = 101,
        Upgrade = ["websocket"],
        Connection = ["Upgrade"],
        Accept = ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="],
    };

    private static readonly Dictionary<ProtocolRule, HandshakeRequest> Requests = new()
    {
        [HandshakeMethod] = Request with { Method = "POST" },
        [HandshakeHttpVersion] = Request with { MinorVersion = 0 },
        [HandshakeHost] = Request with { Host = [] },
        [HandshakeUpgrade] = Request with { Upgrade = [] },
        [HandshakeConnection] = Request with { Connection = [] },
        [HandshakeVersionRepeated] = Request with { Version = ["13", "13"] },
        [HandshakeVersion] = Request with { Version = ["8"] },
        [HandshakeKeyRepeated] = Request with { Key = [Request.Key[0], Request.Key[0]] },
        [WebSocketRules.HandshakeKey] = Request with { Key = ["abc"] },
        [HandshakeOrigin] = Request with { Origin = ["http://evil"] },
        [HandshakeProtocols] = Request with { Protocols = ["a, a"] },
        [HandshakeExtensions] = Request with { Extensions = [";x"] },
    };

    private static readonly Dictionary<ProtocolRule, HandshakeReply> Replies = new()
    {
        [ReplyStatus] = Reply with { Status = 200 },
        [ReplyUpgrade] = Reply with { Upgrade = [] },
        [ReplyConnection] = Reply with { Connection = [] },
        [ReplyAccept] = Reply with { Accept = [] },
        [ReplyProtocol] = Reply with { Protocol = ["b"] },
        [ReplyExtensions] = Reply with { Extensions = [";x"] },
        [ReplyNotOffered] = Reply with { Extensions = ["permessage-foo"] },
        [ReplyDeflate] = Reply with { Extensions = ["permessage-deflate; foo"] },
    };

    private static readonly Dictionary<ProtocolRule, string> Frames = new()
    {
        [ReservedBit] = "A1 80 00000000",
        [CompressionBit] = "C9 80 00000000",
        [ReservedOpcode] = "83 80 00000000",
        [ControlFragmented] = "09 80 00000000",
        [ControlTooLong] = "89 FE 007E 00000000",
        [MaskMissing] = "81 02 6869",
        [LengthNotMinimal] = "81 FE 0005 00000000",
        [LengthTopBit] = "82 FF 8000000000000000 00000000",
        [FrameTooLarge] = "82 FF 1000000000000000 00000000",
        [StrayContinuation] = "80 80 00000000",
        [MessageUnfinished] = "01 80 00000000 81 80 00000000",
        [MessageTooLarge] = "82 8B 00000000",
        [TooManyFragments] = "01 80 00000000 00 80 00000000 00 80 00000000 00 80 00000000",
        [InvalidText] = "81 81 00000000 C0",
        [TextCut] = "81 81 00000000 CE",
        [CloseCodeCut] = "88 81 00000000 03",
        [CloseCodeInvalid] = "88 82 00000000 03ED",
        [CloseReasonInvalid] = "88 84 00000000 03E8 C0AF",
        [DeflateCorrupt] = "C1 84 00000000 FFFFFFFF",
        [DeflateCut] = "C1 80 00000000",
    };

    private static readonly WebSocketLimits Limits = new() { MaxMessageBytes = 10, MaxFragments = 3 };

    [Fact]
    [Rule(
        "WebSocketRules.HandshakeMethod", "WebSocketRules.HandshakeHttpVersion", "WebSocketRules.HandshakeHost",
        "WebSocketRules.HandshakeUpgrade", "WebSocketRules.HandshakeConnection", "WebSocketRules.HandshakeVersionRepeated",
        "WebSocketRules.HandshakeVersion", "WebSocketRules.HandshakeKeyRepeated", "WebSocketRules.HandshakeKey",
        "WebSocketRules.HandshakeOrigin", "WebSocketRules.HandshakeProtocols", "WebSocketRules.HandshakeExtensions",
        "WebSocketRules.ReplyStatus", "WebSocketRules.ReplyUpgrade", "WebSocketRules.ReplyConnection",
        "WebSocketRules.ReplyAccept", "WebSocketRules.ReplyProtocol", "WebSocketRules.ReplyExtensions",
        "WebSocketRules.ReplyNotOffered", "WebSocketRules.ReplyDeflate")]
    public void Every_row_refuses_something()
    {
        // What a client needs, only a connection knows.
        foreach (ProtocolRule rule in All.Except([ExtensionMissing])) Assert.Same(rule, Refused(rule));
    }

    [Fact]
    public void Rows_are_told_apart_by_name_and_say_where_they_come_from()
    {
        Assert.Equal(All.Count, All.Select(rule => rule.Name).Distinct().Count());
        Assert.All(All, rule => Assert.Matches("^RFC (6455|7692) §[0-9.]+$", rule.Section));
        Assert.All(All, rule => Assert.False(rule.Sentence.EndsWith('.') || rule.Sentence.StartsWith("The ", StringComparison.Ordinal)));
    }

    [Fact]
    public void The_codes_are_those_of_a_response_or_of_a_close()
    {
        Assert.All(Requests.Keys, rule => Assert.Contains(rule.Code, (int[])[400, 403, 405, 426]));
        Assert.All(Replies.Keys, rule => Assert.Equal((int)CloseCode.AbnormalClosure, rule.Code));
        Assert.All(All.Except(Requests.Keys).Except(Replies.Keys).Except([ExtensionMissing]), rule => Assert.True(((CloseCode)rule.Code).MayBeSent(WebSocketRole.Server)));
    }

    private static ProtocolRule? Refused(ProtocolRule rule)
    {
        ProtocolRule? broken;
        if (Requests.TryGetValue(rule, out HandshakeRequest? request))
        {
            request.Decide(OriginPolicy.SameHost, out broken);
            return broken;
        }

        if (Replies.TryGetValue(rule, out HandshakeReply? reply))
        {
            reply.Decide(Request.Key[0], [], new DeflateParameters(), out broken);
            return broken;
        }

        string transcript = rule == MaskPresent
            ? PureReceiver.Transcript([Hex.Bytes("81 82 00000000 6869")], WebSocketRole.Client)
            : rule == InflatedTooFar
                ? PureReceiver.Transcript([Bomb()], deflate: new DeflateParameters())
                : PureReceiver.Transcript([Hex.Bytes(Frames[rule])], deflate: new DeflateParameters(), limits: Limits);
        return All.SingleOrDefault(row => transcript.Contains($"refused {row.Name} {row.Code}", StringComparison.Ordinal));
    }

    private static byte[] Bomb()
    {
        using var deflater = new MessageDeflater(noContextTakeover: true);
        byte[] payload = Hex.Bytes(Hex.Written(output => deflater.Write(new byte[500_000], true, output)));
        return WebSocketFrameModel.Bytes(0xC2, payload, 0);
    }
}
