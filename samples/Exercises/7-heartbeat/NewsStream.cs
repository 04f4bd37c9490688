using System.Threading.Channels;
using Exercises.Checks;
using Minimal.Http;
using Minimal.Sse;

namespace Exercises.Heartbeat;

/// <summary>News as Server-Sent Events.</summary>
internal static class NewsStream
{
    public static async ValueTask ServeAsync(HttpExchange exchange, NewsFeed feed)
    {
        var queue = Channel.CreateUnbounded<string>();
        void OnNews(string text) => queue.Writer.TryWrite(text);
        exchange.Response.Fields.Set("Content-Type", "text/event-stream");
        await exchange.ResponseBody.FlushAsync();
        exchange.AbortOnHalfClose();
        feed.Published += OnNews;
        try
        {
            await foreach (string text in queue.Reader.ReadAllAsync(exchange.Aborted))
            {
                SseWriter.Write(new SseEvent(text), exchange.ResponseBody.Writer);
                await exchange.ResponseBody.FlushAsync();
            }
        }
        catch (OperationCanceledException)
        {
            // The client has left.
        }
        finally
        {
            feed.Published -= OnNews;
        }
    }
}
