using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>RFC 6455 §4.1: what a client asks, and how it judges the reply.</summary>
public sealed class Rfc6455_4_1_ClientHandshake
{
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    private static readonly HandshakeReply Good = new()
    {
        Status = 101,
        Upgrade = ["websocket"],
        Connection = ["Upgrade"],
        Accept = ["s3pPLMBiTxaQ9kYGzzhZRbK+xOo="],
    };

    [Fact]
    public void A_key_is_the_base64_of_16_bytes()
    {
        string[] keys = [.. Enumerable.Range(0, 1000).Select(n => HandshakeKey.From([.. BitConverter.GetBytes(n), .. new byte[12]]))];

        Assert.All(keys, key => Assert.True(key.Length == 24 && HandshakeKey.IsValid(key)));
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Throws<ArgumentOutOfRangeException>(() => HandshakeKey.From(new byte[15]));
    }

    [Fact]
    [Requirement("WS-4.1-09")]
    public void Subprotocols_are_unique_tokens_in_order()
    {
        Assert.Equal("chat, v2", Subprotocols.Request(["chat", "v2"]));
        Assert.Null(Subprotocols.Request([]));
        foreach (string[] wrong in new string[][] { ["a", "a"], [""], ["a b"], ["a,b"], ["é"] })
        {
            Assert.Throws<ArgumentException>(() => Subprotocols.Request(wrong));
        }
    }

    [Theory]
    [Requirement("WS-4.1-11")]
    [InlineData(200)]
    [InlineData(302)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(503)]
    public void Another_status_than_101_is_no_handshake(int status) => Refused(Good with { Status = status }, WebSocketRules.ReplyStatus);

    [Fact]
    [Requirement("WS-4.1-12")]
    public void Upgrade_is_websocket_in_any_case()
    {
        Refused(Good with { Upgrade = [] }, WebSocketRules.ReplyUpgrade);
        Refused(Good with { Upgrade = ["foo"] }, WebSocketRules.ReplyUpgrade);
        Refused(Good with { Upgrade = ["websocket, foo"] }, WebSocketRules.ReplyUpgrade);
        Accepted(Good with { Upgrade = ["WebSocket"] });
    }

    [Fact]
    [Requirement("WS-4.1-13")]
    public void Connection_has_the_member_upgrade()
    {
        Refused(Good with { Connection = [] }, WebSocketRules.ReplyConnection);
        Refused(Good with { Connection = ["keep-alive"] }, WebSocketRules.ReplyConnection);
        Accepted(Good with { Connection = ["keep-alive, upgrade"] });
        Accepted(Good with { Connection = ["keep-alive", "upgrade"] });
    }

    [Fact]
    [Requirement("WS-4.1-14", "WS-4.2.2-10")]
    public void Accept_belongs_to_the_key()
    {
        string right = Good.Accept[0];
        Refused(Good with { Accept = [] }, WebSocketRules.ReplyAccept);
        Refused(Good with { Accept = ["ICX+Yqv66kxgM0FcWaLWlFLwTAI="] }, WebSocketRules.ReplyAccept);
        Refused(Good with { Accept = [right.ToUpperInvariant()] }, WebSocketRules.ReplyAccept);
        Refused(Good with { Accept = [right, right] }, WebSocketRules.ReplyAccept);
        Accepted(Good with { Accept = [right + " "] });
    }

    [Fact]
    [Requirement("WS-4.1-15", "DEF-5-03")]
    public void An_extension_that_was_not_offered_is_refused()
    {
        Refused(Good with { Extensions = ["permessage-deflate"] }, WebSocketRules.ReplyNotOffered);
        Refused(Good with { Extensions = ["permessage-foo"] }, WebSocketRules.ReplyNotOffered, deflate: new DeflateParameters());
    }

    [Fact]
    [Requirement("WS-4.1-16", "WS-4.2.2-10")]
    public void A_subprotocol_that_was_not_listed_is_refused()
    {
        Refused(Good with { Protocol = ["b"] }, WebSocketRules.ReplyProtocol, "a");
        Refused(Good with { Protocol = ["a"] }, WebSocketRules.ReplyProtocol);
        Refused(Good with { Protocol = ["A"] }, WebSocketRules.ReplyProtocol, "a");
        Refused(Good with { Protocol = [""] }, WebSocketRules.ReplyProtocol, "a");
        Refused(Good with { Protocol = ["a", "a"] }, WebSocketRules.ReplyProtocol, "a");
    }

    [Fact]
    [Requirement("WS-4.1-17")]
    public void The_subprotocol_is_the_one_of_the_reply_or_none()
    {
        Assert.Equal("b", Accepted(Good with { Protocol = ["b"] }, "a", "b").Protocol);
        Assert.Null(Accepted(Good, "a").Protocol);
    }

    [Fact]
    [Requirement("WS-9.1-01")]
    public void Extensions_that_do_not_follow_the_grammar_are_refused()
    {
        Refused(Good with { Extensions = [";x"] }, WebSocketRules.ReplyExtensions, deflate: new DeflateParameters());
        Refused(Good with { Extensions = [""] }, WebSocketRules.ReplyExtensions, deflate: new DeflateParameters());
    }

    private static HandshakeAgreement Accepted(HandshakeReply reply, params string[] protocols)
    {
        HandshakeAgreement? agreement = reply.Decide(Key, protocols, null, out ProtocolRule? broken);
        Assert.Null(broken);
        return agreement!;
    }

    private static void Refused(HandshakeReply reply, ProtocolRule rule, string? protocol = null, DeflateParameters? deflate = null)
    {
        Assert.Null(reply.Decide(Key, protocol is null ? [] : [protocol], deflate, out ProtocolRule? broken));
        Assert.Same(rule, broken);
    }
}
