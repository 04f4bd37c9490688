using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>A POST that publishes: its body is the message, <c>?type=</c> and <c>?key=</c> say more. It is answered 201 with the message's id.</summary>
internal static class TopicPublishing
{
    /// <summary>Serves the request.</summary>
    public static async ValueTask RunAsync(HttpExchange exchange, TopicEndpoint endpoint)
    {
        try
        {
            RequestHead request = exchange.Request;
            if (IsCrossSite(request, endpoint.Options)) throw new TopicException(TopicRules.CrossSite);
            Topic topic = endpoint.Find(QueryText.First(request, "topic"u8) ?? exchange.Route.Find("topic"));
            if (endpoint.Options.MayPublish is { } mayPublish && !await mayPublish(exchange, topic))
            {
                if (!exchange.HasBegun) await TopicEndpoint.RefuseAsync(exchange, TopicRules.NotAllowed);
                return;
            }

            string? type = Text(request, "type"u8), key = Text(request, "key"u8);
            byte[] data = await exchange.RequestBody.ReadAllAsync(endpoint.Options.MaxPublishBytes);
            await RespondAsync(exchange, await topic.PublishAsync(data, type, key));
        }
        catch (TopicException e)
        {
            await TopicEndpoint.RefuseAsync(exchange, e.Rule);
        }
    }

    private static ValueTask RespondAsync(HttpExchange exchange, Cursor id)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        exchange.Response.Fields.Set("Last-Event-ID", id.ToString());
        return exchange.RespondAsync(201, "application/json", Encoding.ASCII.GetBytes($"{{\"id\":\"{id}\"}}"));
    }

    // An empty value says nothing: forms send those.
    private static string? Text(RequestHead request, ReadOnlySpan<byte> name) => QueryText.First(request, name) is { Length: > 0 } text ? text : null;

    // A browser posts a form of any page anywhere without asking, but says whose page it was; other types it asks for first (CORS).
    private static bool IsCrossSite(RequestHead request, TopicEndpointOptions options)
    {
        if (request.Fields.First("Origin") is not { } origin) return request.Fields.First("Sec-Fetch-Site") is "cross-site" or "same-site" && IsForm(request);
        return IsForm(request) && !IsSame(origin, request.Authority) && options.Cors?.Allows(origin) != true;
    }

    private static bool IsForm(RequestHead request)
    {
        string type = request.Fields.First("Content-Type")?.Split(';')[0].Trim(' ', '\t') ?? "";
        return type.Length == 0 || type.ToUpperInvariant() is "APPLICATION/X-WWW-FORM-URLENCODED" or "MULTIPART/FORM-DATA" or "TEXT/PLAIN";
    }

    // origin = scheme "://" host [ ":" port ]; "null" is nobody's.
    private static bool IsSame(string origin, string authority)
    {
        int at = origin.IndexOf("://", StringComparison.Ordinal);
        return at > 0 && authority.Length > 0 && origin.AsSpan(at + 3).Equals(authority, StringComparison.OrdinalIgnoreCase);
    }
}
