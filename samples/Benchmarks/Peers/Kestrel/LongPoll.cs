using System.Buffers;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Peers.Kestrel;

/// <summary><c>GET /topic?via=long&amp;after=…&amp;wait=…</c>: all that came since, held until something does.</summary>
internal static class LongPoll
{
    public static async Task AnswerAsync(HttpContext context, Topic topic)
    {
        IQueryCollection query = context.Request.Query;
        long after = topic.PlaceOf(query["after"]);
        int wait = query["via"] == "poll" ? 0 : int.TryParse(query["wait"], out int seconds) ? seconds : 20;

        Task news = topic.News;
        if (topic.Last <= after && wait > 0)
        {
            await news.WaitAsync(TimeSpan.FromSeconds(wait), context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        var body = new ArrayBufferWriter<byte>(512);
        body.Write("{\"messages\":["u8);
        bool first = true;
        while (topic.Next(after) is { } message)
        {
            if (!first) body.Write(","u8);
            first = false;
            body.Write(message.Json);
            after = message.Id;
        }

        body.Write(Encoding.UTF8.GetBytes($"],\"after\":\"{after}\",\"gap\":null,\"end\":false}}"));
        HttpResponse response = context.Response;
        response.ContentType = "application/json";
        response.Headers.CacheControl = "no-store";
        response.Headers["Last-Event-ID"] = $"{after}";
        response.ContentLength = body.WrittenCount;
        response.BodyWriter.Write(body.WrittenSpan);
    }
}
