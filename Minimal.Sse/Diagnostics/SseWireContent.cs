using Minimal.Http.Diagnostics;

namespace Minimal.Sse.Diagnostics;

/// <summary>Reads event streams for a <see cref="WireReader"/>: bodies of <c>text/event-stream</c>, field by field.</summary>
/// <param name="limits">How long lines and events may be; null means <see cref="SseLimits.Default"/>.</param>
public sealed class SseWireContent(SseLimits? limits = null) : WireContent
{
    /// <summary>How long lines and events may be.</summary>
    public SseLimits Limits { get; } = limits ?? SseLimits.Default;

    /// <inheritdoc />
    public override WireContentReader? ReadBody(WireExchange exchange, WireDirection direction, WireReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(options);
        bool isOurs = exchange.MediaType(direction).Equals("text/event-stream", StringComparison.OrdinalIgnoreCase) && !exchange.IsCoded(direction);
        return isOurs ? new EventStreamReader(Limits, options.MaxSpanBytes) : null;
    }
}
