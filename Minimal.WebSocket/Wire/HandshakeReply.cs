using System.Linq;
using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// What a client looks at in the answer to its opening handshake (RFC 6455 §4.1). Each list holds the values of all lines of one
/// field, in order; it is empty when there is no such line.
/// </summary>
public sealed record HandshakeReply
{
    private const int SwitchingProtocols = 101;

    /// <summary>The status code.</summary>
    public required int Status { get; init; }

    /// <summary>Upgrade.</summary>
    public IReadOnlyList<string> Upgrade { get; init; } = [];

    /// <summary>Connection.</summary>
    public IReadOnlyList<string> Connection { get; init; } = [];

    /// <summary>Sec-WebSocket-Accept.</summary>
    public IReadOnlyList<string> Accept { get; init; } = [];

    /// <summary>Sec-WebSocket-Protocol.</summary>
    public IReadOnlyList<string> Protocol { get; init; } = [];

    /// <summary>Sec-WebSocket-Extensions. Several lines are one list (RFC 6455 §4.2.2, erratum 3433).</summary>
    public IReadOnlyList<string> Extensions { get; init; } = [];

    /// <summary>Judges the reply, in the order of RFC 6455 §4.1.</summary>
    /// <param name="key">The key that was sent.</param>
    /// <param name="protocols">The subprotocols that were listed.</param>
    /// <param name="deflate">The offer of permessage-deflate; null when there was none.</param>
    /// <param name="broken">The rule, when the answer is null; the connection is then dropped.</param>
    public HandshakeAgreement? Decide(string key, IReadOnlyList<string> protocols, DeflateParameters? deflate, out ProtocolRule? broken)
    {
        ArgumentNullException.ThrowIfNull(protocols);
        broken = Judge(key, protocols);
        if (broken is not null) return null;

        if (Extension.ReadList(Extensions) is not { } extensions)
        {
            broken = WebSocketRules.ReplyExtensions;
            return null;
        }

        if (!DeflateOffer.TryAccept(extensions, deflate, out DeflateParameters? agreed, out broken)) return null;
        return new HandshakeAgreement(Protocol.Count == 0 ? null : Protocol[0].Trim(), agreed);
    }

    private ProtocolRule? Judge(string key, IReadOnlyList<string> protocols)
    {
        if (Status != SwitchingProtocols) return WebSocketRules.ReplyStatus;
        if (Upgrade.Count != 1 || !Upgrade[0].Trim().Equals("websocket", StringComparison.OrdinalIgnoreCase)) return WebSocketRules.ReplyUpgrade;
        if (!TokenList.Contains(Connection, "upgrade")) return WebSocketRules.ReplyConnection;
        if (Accept.Count != 1 || Accept[0].Trim() != HandshakeKey.Accept(key)) return WebSocketRules.ReplyAccept;
        if (Protocol.Count > 1 || (Protocol.Count == 1 && !protocols.Contains(Protocol[0].Trim()))) return WebSocketRules.ReplyProtocol;
        return null;
    }
}

/// <summary>What a handshake agreed on.</summary>
/// <param name="Protocol">The subprotocol; null for none.</param>
/// <param name="Deflate">The parameters of permessage-deflate; null without compression.</param>
public sealed record HandshakeAgreement(string? Protocol, DeflateParameters? Deflate);
