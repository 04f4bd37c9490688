using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;
using Minimal.WireTool.Messages;

namespace Minimal.WireTool.Commands;

/// <summary>The connections of a replay.</summary>
internal sealed class ReplayRun(Remote server, IReadOnlyList<Recorded> recorded, TimeSpan patience, WireConsole console) : IAsyncDisposable
{
    private readonly Dictionary<int, ReplayConnection> _connections = [];
    private readonly Dictionary<int, AnswerReader> _then = recorded.ToDictionary(connection => connection.Number, connection => new AnswerReader(connection.Methods));

    /// <summary>What came on a connection.</summary>
    public IReadOnlyList<Answer> AnswersOf(int number) => _connections.TryGetValue(number, out ReplayConnection? connection) ? connection.Answers : [];

    /// <summary>Goes through the recording: what the client did is done, for what the server did is waited.</summary>
    public async Task SendAsync(IReadOnlyList<WireFileEvent> events, bool keepsPace)
    {
        long start = console.Time.GetTimestamp();
        foreach (WireFileEvent item in events)
        {
            AnswerReader then = _then[item.Connection];
            if (item.Direction == WireDirection.FromServer && item.Kind == WireFileEventKind.Bytes) then.Add(item.Bytes.Span);
            bool isClients = item.Kind == WireFileEventKind.Open || (item.Direction == WireDirection.FromClient && item.Kind != WireFileEventKind.Close);
            if (!isClients) continue;

            ReplayConnection connection = await ConnectionAsync(item.Connection);

            // Who left had seen what there was of an answer, too.
            await connection.WaitAsync(then.Complete.Count, item.Kind is WireFileEventKind.End or WireFileEventKind.Reset ? then.Pending : 0, patience);
            TimeSpan early = item.Time - console.Time.GetElapsedTime(start);
            if (keepsPace && early > TimeSpan.Zero) await Task.Delay(early, console.Time);
            await connection.DoAsync(item);
        }
    }

    /// <summary>Waits for the answers that are still to come.</summary>
    public async Task ReceiveAsync()
    {
        foreach (Recorded connection in recorded)
        {
            AnswerReader then = _then[connection.Number];
            if (_connections.TryGetValue(connection.Number, out ReplayConnection? now)) await now.WaitAsync(then.Complete.Count, then.Pending, patience);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (ReplayConnection connection in _connections.Values) await connection.DisposeAsync();
    }

    private async Task<ReplayConnection> ConnectionAsync(int number)
    {
        if (_connections.TryGetValue(number, out ReplayConnection? known)) return known;
        SocketTransport transport = await server.ConnectAsync(patience, console.Time);
        return _connections[number] = new ReplayConnection(transport, recorded.First(connection => connection.Number == number).Methods, console.Time);
    }
}
