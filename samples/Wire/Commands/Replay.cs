using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;
using Minimal.WireTool.Inputs;
using Minimal.WireTool.Messages;

namespace Minimal.WireTool.Commands;

/// <summary><c>wire replay</c>: sends the client's side of a recording again, and compares the answers.</summary>
internal static class Replay
{
    public static Command Command { get; } = new("replay", "FILE URL", "sends the client's side of a recording again, and compares the answers", $"""
        Sends what the client of a recording sent, byte for byte, in the recorded order and on as many connections. Before it goes on it waits
        until the server has said as much as it had when it was recorded. Then it shows in what the answers differ: - as recorded, + as now.

          wire proxy 9000 localhost:8080 --save a.wire     record something, then stop it
          wire replay a.wire http://localhost:8080         is it still the same?
          wire replay a.wire http://localhost:8081 --ignore Server --ignore ETag

          --ignore NAME   a field whose value does not matter; {string.Join(", ", AnswerDifference.Usual)} never do
          --pace          keeps the recorded pauses too
          --wait SECONDS  how long to wait for an answer (5)

        Of an answer that the recording breaks off, a stream for example, what there is of it is compared. Behind an upgrade to WebSocket,
        frames are compared. The Host is sent as recorded.

        Exit codes: 0 the answers are the same; 1 they differ; 2 the arguments are wrong; 3 the file cannot be read, or the server cannot
        be reached.
        """, RunAsync)
    { Flags = ["--pace"], Values = ["--ignore", "--wait"] };

    private static async Task<int> RunAsync(CommandLine line, WireConsole console)
    {
        Remote server = Remote.Parse(line[1]);
        IReadOnlyList<WireFileEvent> events = await Input.ReadRecordingAsync(line[0], console);
        if (!events.Any(IsSent)) throw new ToolException(ExitCode.Impossible, $"in {line[0]} no client sends anything");

        var patience = TimeSpan.FromSeconds(line.Number("--wait", 5, 1, 3600));
        IReadOnlyList<Recorded> recorded = Recorded.Of(events);
        await using var run = new ReplayRun(server, recorded, patience, console);
        await run.SendAsync(events, line.Has("--pace"));
        await run.ReceiveAsync();
        return Compare(recorded, run, new AnswerDifference([.. AnswerDifference.Usual, .. line.Values("--ignore")]), console);
    }

    private static bool IsSent(WireFileEvent item) => item.Kind == WireFileEventKind.Bytes && item.Direction == WireDirection.FromClient;

    private static int Compare(IReadOnlyList<Recorded> recorded, ReplayRun run, AnswerDifference difference, WireConsole console)
    {
        int different = 0, all = 0;
        foreach (Recorded connection in recorded)
        {
            IReadOnlyList<Answer> then = connection.Answers.All, now = run.AnswersOf(connection.Number);
            for (int at = 0; at < Math.Max(then.Count, now.Count); at++)
            {
                all++;
                IReadOnlyList<string> lines = at < then.Count ? difference.Of(then[at], at < now.Count ? now[at] : null) : [$"+ {now[at].Message?.Name ?? "a frame"} more"];
                if (lines.Count > 0) different++;
                string name = at < then.Count ? NameOf(then[at]) : "nothing";
                console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"#{connection.Number} {at + 1}. {name}: {(lines.Count == 0 ? "the same" : "different")}"));
                foreach (string text in lines) console.Out.WriteLine("    " + text);
            }
        }

        console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{all} answers, {different} different"));
        return different == 0 ? ExitCode.Fine : ExitCode.Found;
    }

    private static string NameOf(Answer answer) => answer.Message is { } message ? $"{answer.Method}, {message.Name}" : "a frame";
}

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
            await connection.WaitAsync(then.Complete.Count, 0, patience);
            TimeSpan early = item.Time - console.Time.GetElapsedTime(start);
            if (keepsPace && early > TimeSpan.Zero) await Task.WhenAny(Task.Delay(early, console.Time), console.Stopping);
            if (console.Stopping.IsCompleted) throw new ToolException(ExitCode.Impossible, "stopped before the end");
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
        using var bound = new CancellationTokenSource(patience, console.Time);
        SocketTransport transport = await server.ConnectAsync(bound.Token);
        return _connections[number] = new ReplayConnection(transport, recorded.First(connection => connection.Number == number).Methods, console.Time);
    }
}

/// <summary>One connection of a replay: it reads on, whatever is sent.</summary>
internal sealed class ReplayConnection : IAsyncDisposable
{
    private readonly SocketTransport _transport;
    private readonly AnswerReader _answers;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Task _reading;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool _isEnded;

    public ReplayConnection(SocketTransport transport, IEnumerable<string> methods, TimeProvider time)
    {
        (_transport, _answers, _time) = (transport, new AnswerReader(methods), time);
        _reading = ReadAsync();
    }

    /// <summary>What came so far.</summary>
    public IReadOnlyList<Answer> Answers
    {
        get
        {
            lock (_lock) return [.. _answers.All];
        }
    }

    /// <summary>Waits for so many answers, and so many bytes of another; not longer than the patience lasts, and not when the server has ended.</summary>
    public async Task WaitAsync(int answers, int pending, TimeSpan patience)
    {
        using var bound = new CancellationTokenSource(patience, _time);
        while (!bound.IsCancellationRequested)
        {
            Task news;
            lock (_lock)
            {
                bool isEnough = _answers.Complete.Count > answers || (_answers.Complete.Count == answers && _answers.Pending >= pending);
                if (isEnough || _isEnded) return;
                news = _news.Task;
            }

            await news.WaitAsync(bound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Does what the client did.</summary>
    public async Task DoAsync(WireFileEvent item)
    {
        try
        {
            if (item.Kind == WireFileEventKind.Bytes) await _transport.Output.WriteAsync(item.Bytes);
            if (item.Kind == WireFileEventKind.End) await _transport.Output.CompleteAsync();
            if (item.Kind == WireFileEventKind.Reset) _transport.Abort();
        }
        catch (IOException)
        {
            // The server has gone; what it said by then is compared.
        }
    }

    public async ValueTask DisposeAsync()
    {
        _transport.Abort();
        await _reading;
        await _transport.DisposeAsync();
    }

    private async Task ReadAsync()
    {
        bool isEnded = false;
        while (!isEnded)
        {
            try
            {
                ReadResult read = await _transport.Input.ReadAsync();
                byte[] bytes = read.Buffer.ToArray();
                _transport.Input.AdvanceTo(read.Buffer.End);
                isEnded = read.IsCompleted;
                Take(bytes, isEnded);
            }
            catch (Exception e) when (e is IOException or InvalidOperationException)
            {
                isEnded = true;
                Take([], isEnded);
            }
        }
    }

    private void Take(byte[] bytes, bool isEnded)
    {
        lock (_lock)
        {
            _answers.Add(bytes);
            _isEnded = isEnded;
            TaskCompletionSource news = _news;
            _news = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            news.SetResult();
        }
    }
}
