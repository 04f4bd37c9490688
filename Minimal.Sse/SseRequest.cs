using System.Buffers;
using System.Text;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>What the request for a stream says.</summary>
public static class SseRequest
{
    // Neither can stand in an id field, so no stream has given out such an ID (HTML §9.2.4).
    private static readonly SearchValues<char> InNoId = SearchValues.Create("\0\r\n");

    /// <summary>
    /// The ID of the last event that the client has seen (HTML §9.2.4): the field <c>Last-Event-ID</c>, else <c>lastEventId</c> or
    /// <c>after</c> of the query; null when it has seen none. The field goes first, for an EventSource comes back to the URL that it was
    /// made with, whose query has gone stale.
    /// </summary>
    /// <remarks>Whatever bytes a client sends, this is text: U+FFFD stands for what is not UTF-8 or could be in no ID. Such an ID nobody gave out; treat it as any other that is not known.</remarks>
    public static string? LastEventId(RequestHead request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Find(request, "lastEventId", "after");
    }

    /// <summary>Whether the client comes back, and has not just a URL that says where to begin.</summary>
    internal static bool ComesBack(RequestHead request) => Find(request, "lastEventId") is not null;

    private static string? Find(RequestHead request, params ReadOnlySpan<string> names)
    {
        int field = request.Fields.Next("Last-Event-ID", 0);
        if (field >= 0 && !request.Fields.ValueBytes(field).IsEmpty) return Text(Encoding.UTF8.GetString(request.Fields.ValueBytes(field)));
        if (request.QueryBytes.IsEmpty || !UrlValues.TryParse(request.QueryBytes, out UrlValues query)) return null;
        foreach (string name in names)
        {
            if (query.First(name) is { Length: > 0 } id) return Text(id);
        }

        return null;
    }

    private static string Text(string id) => id.AsSpan().ContainsAny(InNoId) ? id.Replace('\0', '\uFFFD').Replace('\r', '\uFFFD').Replace('\n', '\uFFFD') : id;
}
