using Microsoft.AspNetCore.Http;

namespace Peers.Kestrel;

/// <summary><c>POST /topic</c>: the body becomes a message.</summary>
internal static class Publishing
{
    public static async Task PublishAsync(HttpContext context, Topic topic)
    {
        using var body = new MemoryStream((int)(context.Request.ContentLength ?? 256));
        await context.Request.Body.CopyToAsync(body);
        long id = topic.Publish(body.ToArray());
        context.Response.StatusCode = 201;
        context.Response.Headers["Last-Event-ID"] = $"{id}";
        context.Response.ContentLength = 0;
    }
}
