using System.Globalization;
using System.Text;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos.Stream;

/// <summary>
/// A thermometer that is read each second, and whatever else is published: one JSON object a line, for a fetch that reads while the
/// response is still under way.
/// <code>
/// GET  stream?via=ndjson&amp;after=CURSOR   lines, for ever
/// POST stream                           the body is a message
/// POST burst                            200 messages at once
/// </code>
/// </summary>
internal sealed class StreamDemo
{
    private const int BurstLength = 200;

    private readonly Topic _readings = new("stream", TopicOptions.Default with { MaxMessages = 500 });
    private readonly TopicEndpoint _endpoint;
    private readonly Ticker _ticker;
    private double _celsius = 21;

    public StreamDemo()
    {
        _endpoint = new TopicEndpoint(_readings, TopicEndpointOptions.Default with { CanPublish = true, MaxPublishBytes = 4096 });
        _ticker = new Ticker(async _ => await _readings.PublishAsync(Measure()));
        Routes = new Router()
            .Get("/stream", Read)
            .Post("/stream", _endpoint)
            .Post("/burst", BurstAsync);
    }

    public Router Routes { get; }

    private ValueTask Read(HttpExchange exchange)
    {
        _ticker.Start(exchange);
        return _endpoint.HandleAsync(exchange);
    }

    private async ValueTask BurstAsync(HttpExchange exchange)
    {
        if (CrossSite.IsForgeable(exchange.Request))
        {
            await exchange.RespondAsync(403, "403 Forbidden: pages of other sites do not publish here\n");
            return;
        }

        for (int n = 1; n <= BurstLength; n++) await _readings.PublishAsync(Encoding.ASCII.GetBytes($$"""{"burst":{{n}},"of":{{BurstLength}}}"""));
        await exchange.RespondAsync(200, "application/json", Encoding.ASCII.GetBytes($$"""{"messages":{{BurstLength}}}"""));
    }

    private byte[] Measure()
    {
        _celsius = Math.Clamp(_celsius + ((Random.Shared.NextDouble() - 0.5) * 0.4), 15, 27);
        return Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $$"""{"celsius":{{_celsius:F1}}}"""));
    }
}
