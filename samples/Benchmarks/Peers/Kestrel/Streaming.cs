using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;

namespace Peers.Kestrel;

/// <summary>
/// An endless response: one framed message behind the other, each flushed, as the framework's own result for Server-Sent Events does it; with
/// <c>?flush=all</c> one flush for all that are there.
/// </summary>
internal static class Streaming
{
    public static async Task StreamAsync(HttpContext context, Topic topic, string contentType, Func<Message, byte[]> framing)
    {
        long after = topic.PlaceOf(context.Request.Query["after"]);
        bool flushesEach = context.Request.Query["flush"] != "all";
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache, no-transform";
        PipeWriter output = context.Response.BodyWriter;
        CancellationToken aborted = context.RequestAborted;
        await output.FlushAsync(aborted);
        try
        {
            while (true)
            {
                Task news = topic.News;
                if (topic.Last <= after) await news.WaitAsync(aborted);
                while (topic.Next(after) is { } message)
                {
                    output.Write(framing(message));
                    after = message.Id;
                    if (flushesEach) await output.FlushAsync(aborted);
                }

                if (!flushesEach) await output.FlushAsync(aborted);
            }
        }
        catch (OperationCanceledException)
        {
            // The client has left.
        }
    }
}
