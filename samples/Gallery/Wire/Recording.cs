using Minimal.Http.Diagnostics;

namespace Minimal.Gallery.Wire;

/// <summary>What is kept of some connections, as a <c>.wire</c> file.</summary>
internal static class Recording
{
    // What passes without a pause between is one event.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(1);

    public static string Write(IReadOnlyList<WireConnection> connections)
    {
        using var text = new StringWriter();
        var file = new WireFileWriter(text);
        foreach (WireConnection cut in connections.Where(connection => connection.Dropped > 0))
        {
            file.WriteComment($"connection {cut.Id}: {cut.Dropped} spans before the first of these were not kept any more");
        }

        if (connections.Count == 0) return text.ToString();
        DateTimeOffset begin = connections.Min(connection => connection.Opened);
        TimeSpan last = TimeSpan.Zero;
        foreach ((DateTimeOffset at, WireFileEvent item) in connections.SelectMany(Read).OrderBy(item => item.At))
        {
            // A clock can be set back.
            if (at - begin > last) last = at - begin;
            file.Write(item with { Time = last });
        }

        return text.ToString();
    }

    private static IEnumerable<(DateTimeOffset At, WireFileEvent Item)> Read(WireConnection connection)
    {
        int id = (int)connection.Id;
        yield return (connection.Opened, new WireFileEvent(default, id, WireFileEventKind.Open, Note: $"{connection.RemoteEndPoint}"));
        var run = new List<WireEvent>();
        foreach (WireEvent passed in connection.Events)
        {
            if (run.Count > 0 && (run[^1].Span!.Direction != passed.Span!.Direction || passed.At - run[^1].At > Pause))
            {
                yield return Join(id, run);
                run.Clear();
            }

            run.Add(passed);
        }

        if (run.Count > 0) yield return Join(id, run);
        if (connection.Closed is { } closed) yield return (closed, new WireFileEvent(default, id, WireFileEventKind.Close, Note: $"{connection.End}"));
    }

    private static (DateTimeOffset At, WireFileEvent Item) Join(int connection, List<WireEvent> run)
    {
        byte[] bytes = [.. run.SelectMany(passed => passed.Span!.Bytes.ToArray())];
        return (run[0].At, new WireFileEvent(default, connection, WireFileEventKind.Bytes, run[0].Span!.Direction, bytes));
    }
}
