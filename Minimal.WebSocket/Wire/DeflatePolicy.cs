namespace Minimal.WebSocket.Wire;

/// <summary>
/// What a server wants of permessage-deflate beyond what clients ask for. A context that is kept between messages makes small
/// messages smaller and costs memory as long as the connection lasts: about 220 KB to compress, up to 43 KiB to decompress.
/// </summary>
public sealed record DeflatePolicy
{
    /// <summary>Contexts are kept where the client allows it.</summary>
    public static DeflatePolicy Default { get; } = new();

    /// <summary>The server begins each of its messages with an empty window, asked or not. False by default.</summary>
    public bool ServerNoContextTakeover { get; init; }

    /// <summary>Clients begin each of their messages with an empty window, hinted or not. False by default.</summary>
    public bool ClientNoContextTakeover { get; init; }

    /// <summary>The largest window, as a power of two from 9 to 15, of clients that let it be chosen. 15 by default.</summary>
    public int ClientMaxWindowBits { get; init; } = DeflateParameters.DefaultWindowBits;
}
