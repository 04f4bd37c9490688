using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// What a server looks at in the request that asks for a WebSocket (RFC 6455 §4.2.1). Each list holds the values of all lines of one
/// field, in order; it is empty when there is no such line.
/// </summary>
public sealed record HandshakeRequest
{
    /// <summary>The one version of the protocol: RFC 6455.</summary>
    public const string SupportedVersion = "13";

    /// <summary>The method, as it was sent.</summary>
    public required string Method { get; init; }

    /// <summary>The x of HTTP/1.x.</summary>
    public required int MinorVersion { get; init; }

    /// <summary>Host.</summary>
    public IReadOnlyList<string> Host { get; init; } = [];

    /// <summary>Upgrade.</summary>
    public IReadOnlyList<string> Upgrade { get; init; } = [];

    /// <summary>Connection.</summary>
    public IReadOnlyList<string> Connection { get; init; } = [];

    /// <summary>Sec-WebSocket-Version.</summary>
    public IReadOnlyList<string> Version { get; init; } = [];

    /// <summary>Sec-WebSocket-Key.</summary>
    public IReadOnlyList<string> Key { get; init; } = [];

    /// <summary>Origin.</summary>
    public IReadOnlyList<string> Origin { get; init; } = [];

    /// <summary>Sec-WebSocket-Protocol.</summary>
    public IReadOnlyList<string> Protocols { get; init; } = [];

    /// <summary>Sec-WebSocket-Extensions.</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Judges the request, in the order of RFC 6455 §4.2.1.</summary>
    /// <param name="origins">Whose pages are welcome.</param>
    /// <param name="broken">The rule, when the answer is null; its code is the HTTP status. A 405 names GET in Allow, a 426 names
    /// <c>websocket</c> in Upgrade and 13 in Sec-WebSocket-Version (RFC 6455 §4.4, RFC 9110 §15.5.22).</param>
    /// <returns>What the client asks for; nothing is agreed on yet.</returns>
    public HandshakeOffer? Decide(OriginPolicy origins, out ProtocolRule? broken)
    {
        ArgumentNullException.ThrowIfNull(origins);
        broken = JudgeUpgrade() ?? JudgeKey();
        if (broken is not null) return null;

        // A page has one origin; where a proxy added another, neither can be trusted.
        string? origin = Origin.Count == 0 ? null : string.Join(", ", Origin);
        if (!origins.Allows(origin, Host[0])) return Refuse(WebSocketRules.HandshakeOrigin, out broken);
        if (TokenList.ReadUnique(Protocols) is not { } protocols) return Refuse(WebSocketRules.HandshakeProtocols, out broken);
        if (Extension.ReadList(Extensions) is not { } extensions) return Refuse(WebSocketRules.HandshakeExtensions, out broken);
        return new HandshakeOffer(Key[0], origin, protocols, extensions);
    }

    private static HandshakeOffer? Refuse(ProtocolRule rule, out ProtocolRule broken)
    {
        broken = rule;
        return null;
    }

    private ProtocolRule? JudgeUpgrade()
    {
        if (Method != "GET") return WebSocketRules.HandshakeMethod;
        if (MinorVersion < 1) return WebSocketRules.HandshakeHttpVersion;
        if (Host.Count != 1) return WebSocketRules.HandshakeHost;
        if (!TokenList.Contains(Upgrade, "websocket")) return WebSocketRules.HandshakeUpgrade;
        return TokenList.Contains(Connection, "upgrade") ? null : WebSocketRules.HandshakeConnection;
    }

    // The version first: what the key looks like, another version could define otherwise.
    private ProtocolRule? JudgeKey()
    {
        if (Version.Count > 1) return WebSocketRules.HandshakeVersionRepeated;
        if (Version is not [SupportedVersion]) return WebSocketRules.HandshakeVersion;
        if (Key.Count > 1) return WebSocketRules.HandshakeKeyRepeated;
        return Key.Count == 1 && HandshakeKey.IsValid(Key[0]) ? null : WebSocketRules.HandshakeKey;
    }
}

/// <summary>What a client asks for in a handshake that is in order.</summary>
/// <param name="Key">Sec-WebSocket-Key, valid; <see cref="HandshakeKey.Accept"/> answers it.</param>
/// <param name="Origin">Origin, which the policy allows; null when the client sent none, and so is no browser.</param>
/// <param name="Protocols">Subprotocols in the client's order, each once.</param>
/// <param name="Extensions">Extensions in the client's order.</param>
public sealed record HandshakeOffer(string Key, string? Origin, IReadOnlyList<string> Protocols, IReadOnlyList<Extension> Extensions);
