using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>Shows that bytes mean a transcript, however they arrive, and whatever comes behind them.</summary>
internal static class Conversations
{
    public static readonly DeflateParameters Deflate = new();

    /// <summary>From a client to a server.</summary>
    public static void FromClient(string hex, string transcript, DeflateParameters? deflate = null, WebSocketLimits? limits = null) =>
        Check(hex, transcript, WebSocketRole.Server, "8A8000000000", deflate, limits);

    /// <summary>From a server to a client.</summary>
    public static void FromServer(string hex, string transcript, DeflateParameters? deflate = null, WebSocketLimits? limits = null) =>
        Check(hex, transcript, WebSocketRole.Client, "8A00", deflate, limits);

    private static void Check(string hex, string transcript, WebSocketRole reader, string behind, DeflateParameters? deflate, WebSocketLimits? limits)
    {
        string expected = transcript.ReplaceLineEndings("\n");
        bool isOver = expected.Contains("refused", StringComparison.Ordinal) || expected.Contains("close", StringComparison.Ordinal);
        string expectedBehind = isOver ? expected : $"{expected}\npong".TrimStart();

        string Run(IReadOnlyList<byte[]> pieces) => PureReceiver.Transcript(pieces, reader, deflate, limits);
        Assert.Equal(expected, Arrivals.Same(Hex.Bytes(hex), Run));
        Assert.Equal(expectedBehind, Arrivals.Same(Hex.Bytes(hex + behind), Run));
    }
}
