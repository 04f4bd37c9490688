using Minimal.Http.Transports;

namespace Minimal.Http.Diagnostics;

/// <summary>Which connections a <see cref="WireInspector"/> watches, and how much it keeps. Immutable.</summary>
public sealed record WireInspectorOptions
{
    /// <summary>How bytes are read; by default as <see cref="WireReaderOptions.Default"/>, with <see cref="WireReaderOptions.Secrets"/> masked.</summary>
    public WireReaderOptions Reading { get; init; } = WireReaderOptions.Default with { MaskedFields = WireReaderOptions.Secrets };

    /// <summary>Which connections are watched: all by default. Called once for each, as it comes in; it must be short and not throw.</summary>
    public Func<Transport, bool> Watches { get; init; } = static _ => true;

    /// <summary>Connections that are kept, open and ended, 100. One more takes the place of the oldest that has ended; while all are open, it is not watched.</summary>
    public int MaxConnections { get; init; } = 100;

    /// <summary>
    /// Memory for the spans of one connection, 256 KiB: bytes, texts and what a span itself takes. The oldest spans make room for new ones.
    /// </summary>
    public int MaxBytesPerConnection { get; init; } = 256 * 1024;

    /// <summary>The most memory that kept spans take: connections times bytes.</summary>
    public long MaxBytes => (long)MaxConnections * MaxBytesPerConnection;
}
