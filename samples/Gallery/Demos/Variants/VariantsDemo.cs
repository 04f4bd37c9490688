using System.Globalization;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;

namespace Minimal.Gallery.Demos.Variants;

/// <summary>
/// The source that many first wrote a long poll against: it works for 300 ms, has news in 35 of 100 cases, and else sleeps for 1,300 ms
/// and looks again. There is no topic behind it, and no cursor: what is worth watching are the clients.
/// <code>
/// GET ajax?timed=MILLISECONDS   result: 35, response time: …, request time: …, use time: …
/// </code>
/// The client says when it asked, in milliseconds since 1970, and so the answer can say how long it took.
/// </summary>
internal sealed class VariantsDemo
{
    private static readonly TimeSpan Work = TimeSpan.FromMilliseconds(300), Sleep = TimeSpan.FromMilliseconds(1300);

    private readonly Random _random;
    private int _running;

    /// <param name="random">Decides whether there is news.</param>
    public VariantsDemo(Random? random = null)
    {
        _random = random ?? Random.Shared;
        Routes = new Router().Get("/ajax", AnswerAsync);
    }

    public Router Routes { get; }

    /// <summary>Requests that are being worked on: those that a client gave up are not.</summary>
    public int Running => Volatile.Read(ref _running);

    private async ValueTask AnswerAsync(HttpExchange exchange)
    {
        if (await exchange.ReadQueryAsync() is not { } query) return;
        if (!long.TryParse(query.First("timed"), NumberStyles.None, CultureInfo.InvariantCulture, out long timed))
        {
            await exchange.RespondAsync(400, "400 Bad Request: timed is when you asked, in milliseconds since 1970\n");
            return;
        }

        await exchange.RequestBody.ReadAllAsync(0);
        exchange.AbortOnHalfClose();
        using var over = CancellationTokenSource.CreateLinkedTokenSource(exchange.Aborted, exchange.Draining);
        Interlocked.Increment(ref _running);
        try
        {
            int result = await LookAsync(exchange.Time, over.Token);
            long now = exchange.Time.GetUtcNow().ToUnixTimeMilliseconds();
            exchange.Response.Fields.Set("Cache-Control", "no-store");
            await exchange.RespondAsync(200, $"result: {result}, response time: {now}, request time: {timed}, use time: {now - timed}");
        }
        catch (OperationCanceledException) when (!exchange.Aborted.IsCancellationRequested)
        {
            exchange.RetryAfter(TimeSpan.FromSeconds(1));
            await exchange.RespondAsync(503, "503 Service Unavailable: the server stops\n");
        }
        catch (OperationCanceledException)
        {
            // The client has left: nobody would read an answer.
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }

    private async Task<int> LookAsync(TimeProvider time, CancellationToken over)
    {
        while (true)
        {
            await Task.Delay(Work, time, over);
            int result = _random.Next(100);
            if (result is > 20 and < 56) return result;
            await Task.Delay(Sleep, time, over);
        }
    }
}
