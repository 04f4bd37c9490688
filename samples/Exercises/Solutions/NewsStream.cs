using System.Threading.Channels;
using Exercises.Checks;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Sse;

namespace Exercises.Solutions;

/// <summary>Exercise 7: news as Server-Sent Events, with a heartbeat.</summary>
internal static class NewsStream
{
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    public static async ValueTask ServeAsync(HttpExchange exchange, NewsFeed feed)
    {
        // What is to be done, for the one who writes; null is a beat.
        var queue = Channel.CreateUnbounded<string?>();
        void OnNews(string text) => queue.Writer.TryWrite(text);
        var beat = new Beat(exchange.Deadlines, queue.Writer);
        exchange.Response.Fields.Set("Content-Type", "text/event-stream");
        SseWriter.WriteRetry(TimeSpan.FromSeconds(2), exchange.ResponseBody.Writer);
        await exchange.ResponseBody.FlushAsync();
        exchange.AbortOnHalfClose();
        feed.Published += OnNews;
        try
        {
            beat.Set(Silence);
            await foreach (string? text in queue.Reader.ReadAllAsync(exchange.Aborted))
            {
                beat.Set(Silence);
                if (text is null) SseWriter.WriteComment("", exchange.ResponseBody.Writer);
                else SseWriter.Write(new SseEvent(text), exchange.ResponseBody.Writer);
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
            beat.Remove();
        }
    }

    // It does not write itself: it fires on the wheel's thread, where others wait for their turn, and perhaps while an event is being written.
    private sealed class Beat(DeadlineWheel wheel, ChannelWriter<string?> queue) : Deadline(wheel)
    {
        protected override void OnExpired() => queue.TryWrite(null);
    }
}
