using System.Linq;

namespace Minimal.WebSocket.Wire;

/// <summary>The choice of a subprotocol (RFC 6455 §1.9, §4.2.2).</summary>
public static class Subprotocols
{
    /// <summary>The first that the server prefers and the client listed; null when there is none, and then the reply has no such field.</summary>
    /// <param name="listed">What the client listed.</param>
    /// <param name="supported">What the server speaks, in its order of preference. Names are compared exactly.</param>
    public static string? Choose(IReadOnlyList<string> listed, IReadOnlyList<string> supported)
    {
        ArgumentNullException.ThrowIfNull(supported);
        foreach (string protocol in supported)
        {
            if (listed.Contains(protocol)) return protocol;
        }

        return null;
    }

    /// <summary>The value of a client's Sec-WebSocket-Protocol, in order of preference; null when there is nothing to ask for.</summary>
    /// <exception cref="ArgumentException">A name is no token, or comes twice (RFC 6455 §4.1).</exception>
    public static string? Request(IReadOnlyList<string> protocols)
    {
        ArgumentNullException.ThrowIfNull(protocols);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (string protocol in protocols)
        {
            if (!ListReader.IsToken(protocol)) throw new ArgumentException($"'{protocol}' is no token.", nameof(protocols));
            if (!seen.Add(protocol)) throw new ArgumentException($"'{protocol}' comes twice.", nameof(protocols));
        }

        return protocols.Count == 0 ? null : string.Join(", ", protocols);
    }
}
