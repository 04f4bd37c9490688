using Minimal.Http.Diagnostics.Reading;

namespace Minimal.Http.Diagnostics;

/// <summary>Reads the records of topics: bodies of <c>application/x-ndjson</c>, line by line.</summary>
public sealed class TopicWireContent : WireContent
{
    /// <inheritdoc />
    public override WireContentReader? ReadBody(WireExchange exchange, WireDirection direction, WireReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(options);
        bool isOurs = exchange.MediaType(direction).Equals("application/x-ndjson", StringComparison.OrdinalIgnoreCase) && !exchange.IsCoded(direction);
        return isOurs ? new RecordReader(Math.Max(1, options.MaxSpanBytes)) : null;
    }
}
