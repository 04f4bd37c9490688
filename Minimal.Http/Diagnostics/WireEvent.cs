namespace Minimal.Http.Diagnostics;

/// <summary>Something that passed on a watched connection.</summary>
/// <param name="Connection">Which connection.</param>
/// <param name="At">When, by the server's clock.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Span">The span, when <paramref name="Kind"/> is <see cref="WireEventKind.Span"/>; else null.</param>
public sealed record WireEvent(WireConnection Connection, DateTimeOffset At, WireEventKind Kind, WireSpan? Span = null);

/// <summary>What a <see cref="WireEvent"/> tells.</summary>
public enum WireEventKind
{
    /// <summary>A connection came in.</summary>
    Opened,

    /// <summary>A span passed.</summary>
    Span,

    /// <summary>The connection ended; <see cref="WireConnection.End"/> says why.</summary>
    Closed,
}
