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
    /// <exception cref="ArgumentOutOfRangeException">There is no such window, or no compressor makes it.</exception>
    public int ClientMaxWindowBits
    {
        get;
        init
        {
            // DEFLATE's usual library knows no window of 8 bits.
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 9);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, DeflateParameters.DefaultWindowBits);
            field = value;
        }
    } = DeflateParameters.DefaultWindowBits;
}
