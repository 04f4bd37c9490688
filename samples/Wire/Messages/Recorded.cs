using Minimal.Http.Diagnostics;

namespace Minimal.WireTool.Messages;

/// <summary>One connection of a recording.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Requests">What the client sent, message by message; the last may be anything. Behind an upgrade there are none.</param>
/// <param name="Answers">What the server said.</param>
internal sealed record Recorded(int Number, IReadOnlyList<(HttpMessage? Message, byte[] Bytes)> Requests, AnswerReader Answers)
{
    /// <summary>The methods of the requests.</summary>
    public IEnumerable<string> Methods => Requests.Where(request => request.Message is { Broken: null }).Select(request => request.Message!.Method);

    /// <summary>The connections of a recording, in the order of their first events.</summary>
    public static IReadOnlyList<Recorded> Of(IReadOnlyList<WireFileEvent> events) =>
        [.. events.GroupBy(item => item.Connection).Select(connection => Of(connection.Key, [.. connection]))];

    /// <summary>A recording without what a server went on to say of an answer that its client had left by then: how far it got is chance.</summary>
    public static IReadOnlyList<WireFileEvent> WithoutWhatWasLeft(IReadOnlyList<WireFileEvent> events)
    {
        HashSet<int> brokenOff = [.. Of(events).Where(connection => connection.Answers.Pending > 0).Select(connection => connection.Number)];
        var left = new HashSet<int>();
        var seen = new List<WireFileEvent>();
        foreach (WireFileEvent item in events)
        {
            bool isServers = item.Direction == WireDirection.FromServer;
            if (!isServers && item.Kind is WireFileEventKind.End or WireFileEventKind.Reset) left.Add(item.Connection);
            bool isTooLate = isServers && item.Kind == WireFileEventKind.Bytes && left.Contains(item.Connection) && brokenOff.Contains(item.Connection);
            if (!isTooLate) seen.Add(item);
        }

        return seen;
    }

    private static Recorded Of(int number, WireFileEvent[] events)
    {
        byte[] client = BytesOf(events, WireDirection.FromClient), server = BytesOf(events, WireDirection.FromServer);
        var requests = new List<(HttpMessage? Message, byte[] Bytes)>();
        while (client.Length > 0)
        {
            HttpMessage? message = HttpMessage.Read(client, WireDirection.FromClient, "");
            int length = message?.Length ?? client.Length;
            requests.Add((message, client[..length]));
            client = client[length..];

            // What comes behind is not HTTP, if the server agreed.
            bool asksToSwitch = message?.Fields.Any(field => field.Name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)) ?? false;
            if (asksToSwitch && server.AsSpan().IndexOf("HTTP/1.1 101 "u8) >= 0) break;
        }

        var recorded = new Recorded(number, requests, new AnswerReader([]));
        recorded = recorded with { Answers = new AnswerReader(recorded.Methods) };
        recorded.Answers.Add(server);
        return recorded;
    }

    private static byte[] BytesOf(WireFileEvent[] events, WireDirection direction) =>
        [.. events.Where(item => item.Kind == WireFileEventKind.Bytes && item.Direction == direction).SelectMany(item => item.Bytes.ToArray())];
}
