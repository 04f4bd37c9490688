using Minimal.Http.Diagnostics.Reading;

namespace Minimal.Http.Diagnostics;

/// <summary>
/// Reads both directions of one connection with the parsers of this library and says of each byte what it is. It does no I/O and has no
/// clock; it never throws on input, and the spans of a direction are the same however its bytes are cut.
/// </summary>
/// <remarks>Not thread-safe.</remarks>
public sealed class WireReader
{
    private readonly RequestLane _requests;
    private readonly ResponseLane _responses;

    /// <summary>A reader in front of a connection's first byte.</summary>
    /// <param name="onSpan">Gets each span, in the order of the bytes of its direction, as soon as it is known what it is.</param>
    /// <param name="options">Limits, contents and what is masked; null means <see cref="WireReaderOptions.Default"/>.</param>
    public WireReader(Action<WireSpan> onSpan, WireReaderOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(onSpan);
        Options = options ?? WireReaderOptions.Default;
        var exchanges = new WireExchanges(Options.MaxExchangesHeld);
        _requests = new RequestLane(exchanges, onSpan, Options);
        _responses = new ResponseLane(exchanges, _requests, onSpan, Options);
    }

    /// <summary>What it was told.</summary>
    public WireReaderOptions Options { get; }

    /// <summary>Reads on. The bytes of the two directions come in the order in which they passed: a request before its response.</summary>
    /// <param name="direction">Which way they went.</param>
    /// <param name="bytes">Any number; none of them is needed afterwards.</param>
    public void Read(WireDirection direction, ReadOnlySpan<byte> bytes) => LaneOf(direction).Read(bytes);

    /// <summary>Says that a direction has ended: what waited to be understood is named as far as it goes. Bytes behind it are ignored.</summary>
    public void End(WireDirection direction)
    {
        LaneOf(direction).End();
        if (direction == WireDirection.FromServer) _requests.OnSilence();
    }

    private WireLane LaneOf(WireDirection direction) => direction == WireDirection.FromClient ? _requests : _responses;
}
