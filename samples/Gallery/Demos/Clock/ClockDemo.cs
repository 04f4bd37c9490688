using System.Globalization;
using System.Text;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos.Clock;

/// <summary>
/// The server's time. Each second is a message of a topic; all that tells the three clients apart is how they read it.
/// <code>
/// GET clock                                   the time now, as text: short polling, as it was done at first
/// GET clock?via=long&amp;wait=20&amp;after=CURSOR     the seconds behind the cursor, held until there is one
/// GET clock?via=frame&amp;callback=NAME           a page without end, in which each second is a script that calls parent.NAME
/// </code>
/// </summary>
internal sealed class ClockDemo
{
    private readonly Topic _seconds = new("clock", TopicOptions.Default with { MaxMessages = 60 });
    private readonly TopicEndpoint _endpoint;
    private readonly Ticker _ticker;

    public ClockDemo()
    {
        _endpoint = new TopicEndpoint(_seconds);
        _ticker = new Ticker(async second => await _seconds.PublishAsync(Encoding.ASCII.GetBytes(Show(second))));
        Routes = new Router().Get("/clock", Answer);
    }

    public Router Routes { get; }

    private ValueTask Answer(HttpExchange exchange)
    {
        _ticker.Start(exchange);
        if (exchange.Request.QueryBytes.Length > 0) return _endpoint.HandleAsync(exchange);

        exchange.Response.Fields.Set("Cache-Control", "no-store");
        return exchange.RespondAsync(200, Show(exchange.Time.GetLocalNow()));
    }

    private static string Show(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
