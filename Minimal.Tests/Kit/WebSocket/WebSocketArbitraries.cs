using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>
/// The generators of WebSocket and of permessage-deflate with their shrinkers, found by type. What a server sends, or a client that may compress, has the
/// same type: <see cref="WebSocketGen"/> has it under its name.
/// </summary>
public static class WebSocketArbitraries
{
    /// <summary>What a client sends, without extensions.</summary>
    public static Arbitrary<WebSocketStreamModel> FromClient() => Arb.From(WebSocketGen.FromClient, WebSocketGen.Shrink);

    /// <summary>Nearly what a client sends.</summary>
    public static Arbitrary<WebSocketMutant> NearlyFromClient() => Arb.From(WebSocketGen.NearlyFromClient, WebSocketGen.Shrink);

    /// <summary>Any bytes, biased to those that frames are made of.</summary>
    public static Arbitrary<WebSocketBytes> Bytes() => Arb.From(WebSocketBytesGen.Any, WebSocketBytesGen.Shrink);

    /// <summary>Valid compressed messages.</summary>
    public static Arbitrary<DeflateModel> Deflate() => Arb.From(DeflateGen.Valid, DeflateGen.Shrink);

    /// <summary>Nearly valid compressed messages.</summary>
    public static Arbitrary<DeflateMutant> NearlyDeflate() => Arb.From(DeflateGen.NearlyValid, DeflateGen.Shrink);
}
