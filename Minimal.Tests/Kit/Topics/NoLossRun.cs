using System.Text;
using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>A server, its model and a few clients, driven step by step; at the end the model judges what each client saw.</summary>
internal sealed class NoLossRun : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    // How long a client waits for the answer of a server elsewhere before the schedule goes on; a poll that is held takes longer.
    private static readonly TimeSpan Moment = TimeSpan.FromMilliseconds(20);

    // How often a client may ask again in a row without having got any further, before it is taken for one that never will.
    private const int MaxVainRequests = 8;

    // What framings trip over: quotes, markup, line ends, characters of several bytes. Never JSON, and nothing that SSE changes.
    private const string Difficult = "m </script><!--\u2028\"'\\&\n\n data: é😀";

    private readonly NoLossSchedule _schedule;
    private readonly Func<NoLossStart, NoLossServer> _start;
    private readonly IReadOnlyList<NoLossTransport> _transports;
    private readonly ManualTime _time = new();
    private readonly ManualWork _work = new();
    private readonly NoLossModel _model;
    private readonly NoLossConnection?[] _connections = new NoLossConnection?[NoLossSchedule.Clients];
    private readonly List<NoLossConnection> _abandoned = [];
    private readonly NoLossTransport?[] _last = new NoLossTransport?[NoLossSchedule.Clients];
    private readonly NoLossReport _report = new();
    private NoLossClient[] _clients = [];
    private NoLossLife _life = null!;
    private ulong _lives = 0xA0;
    private bool _isCompleted;

    public NoLossRun(NoLossSchedule schedule, Func<NoLossStart, NoLossServer> start, IReadOnlyList<NoLossTransport> transports)
    {
        _schedule = schedule;
        _start = start;
        _transports = transports;
        _model = new NoLossModel(schedule.Terms.IsCompacted);
    }

    private NoLossServer Server => _life.Server;

    /// <summary>Does all steps, lets everybody come to the end, and demands the promise.</summary>
    public async Task<NoLossReport> RunAsync()
    {
        await StartAsync();
        _clients = [.. Enumerable.Range(0, NoLossSchedule.Clients).Select(number => _model.Client($"{number}", Server.End()))];
        foreach (NoLossStep step in _schedule.Steps) await DoAsync(step);
        await ComeToTheEndAsync();
        NoLossReport seen = _model.Check(toTheEnd: true);
        return seen with { Requests = _report.Requests, Cuts = _report.Cuts, Changes = _report.Changes, Restarts = _report.Restarts };
    }

    public ValueTask DisposeAsync()
    {
        CutAll();
        return _life.DisposeAsync();
    }

    private async ValueTask DoAsync(NoLossStep step)
    {
        switch (step.Kind)
        {
            case NoLossStepKind.Publish: await PublishAsync(step.Amount, step.Client); break;
            case NoLossStepKind.Ask: await AskAsync(step.Client, step.Transport!); break;
            case NoLossStepKind.Take: _connections[step.Client]?.Take(step.Amount); break;
            case NoLossStepKind.TakeAll: _connections[step.Client]?.Take(long.MaxValue); break;
            case NoLossStepKind.Cut: Cut(step.Client, step.Amount); break;
            case NoLossStepKind.Leave: Drop(step.Client)?.Leave(); break;
            case NoLossStepKind.Abandon: Abandon(step.Client); break;
            case NoLossStepKind.Work: _work.RunOne(); break;
            case NoLossStepKind.WorkAll: _work.RunAll(); break;
            case NoLossStepKind.Advance: _time.Advance(TimeSpan.FromSeconds(step.Amount)); break;
            case NoLossStepKind.Crash: await RestartAsync(isCrash: true); break;
            case NoLossStepKind.Restart: await RestartAsync(isCrash: false); break;
            default: await CompleteAsync(); break;
        }

        if (Server.RunsByItself) await Task.Yield();
        if (Server.Connect is not null && step.Kind == NoLossStepKind.Ask && _connections[step.Client] is { } asked) await asked.WaitAsync(Moment);
    }

    private async Task StartAsync()
    {
        var start = new NoLossStart(_schedule.Terms, _time, _work, _lives++);
        _life = new NoLossLife(start, _start(start));
        _isCompleted = false;
        await _life.StartAsync();
    }

    private async Task RestartAsync(bool isCrash)
    {
        if (isCrash) CutAll();
        await _life.DisposeAsync();
        await StartAsync();
        _report.Restarts++;
    }

    private async ValueTask PublishAsync(int size, int key)
    {
        if (_isCompleted) return;
        string text = string.Concat(Enumerable.Repeat(Difficult, (size / Difficult.Length) + 1))[..Math.Max(1, size)];
        byte[] data = Encoding.UTF8.GetBytes(text);
        string name = $"key {key}";
        Cursor id = await Server.Publish(data, name);
        _model.Published(new TopicMessage(id, data, null, name));
    }

    private async ValueTask CompleteAsync()
    {
        if (Server.Complete is null || _isCompleted) return;
        _isCompleted = true;
        await Server.Complete();
        _model.Completed(Server.End().Epoch);
    }

    private async ValueTask AskAsync(int number, NoLossTransport transport)
    {
        NoLossClient client = _clients[number];
        if (client.IsEnded) return;
        if (_connections[number] is not { CanAsk: true })
        {
            Drop(number)?.Cut();
            _connections[number] = new NoLossConnection(await _life.ConnectAsync(), client);
        }

        if (_last[number] is { } last && last != transport) _report.Changes++;
        _last[number] = transport;
        _report.Requests++;
        _connections[number]!.Ask(transport, Server);
    }

    private void Cut(int number, int bytes)
    {
        if (_connections[number] is not { } connection) return;
        connection.Take(bytes);
        if (!connection.IsOver) _report.Cuts++;
        Drop(number)!.Cut();
    }

    private void CutAll()
    {
        for (int number = 0; number < _connections.Length; number++) Drop(number)?.Cut();
        foreach (NoLossConnection connection in _abandoned) connection.Cut();
        _abandoned.Clear();
    }

    private void Abandon(int number)
    {
        if (Drop(number) is { } connection) _abandoned.Add(connection);
    }

    private NoLossConnection? Drop(int number)
    {
        NoLossConnection? connection = _connections[number];
        _connections[number] = null;
        return connection;
    }

    // One more message, so that whoever waits must be told: those who are connected get it where they are.
    private async ValueTask ComeToTheEndAsync()
    {
        _work.RunAll();
        foreach (NoLossConnection? connection in _connections) connection?.Take(long.MaxValue);
        for (int number = 0; number < _clients.Length; number++)
        {
            if (_connections[number] is null or { IsOver: true }) await AskAsync(number, _last[number] ?? _transports[number % _transports.Count]);
        }

        _work.RunAll();
        await PublishAsync(2, 0);
        for (int number = 0; number < _clients.Length; number++) await BringToTheEndAsync(number);
    }

    private bool IsAtTheEnd(NoLossClient client) => client.IsEnded || (!_isCompleted && client.Cursor == Server.End());

    private async ValueTask BringToTheEndAsync(int number)
    {
        NoLossClient client = _clients[number];
        for (int vain = 0; !IsAtTheEnd(client);)
        {
            Cursor before = client.Cursor;
            _work.RunAll();
            NoLossConnection connection = _connections[number]!;
            long taken = connection.Take(long.MaxValue);
            vain = client.Cursor == before ? vain : 0;
            if (IsAtTheEnd(client)) return;
            if (connection.IsOver)
            {
                if (vain++ == MaxVainRequests) throw client.Broke($"asks by {_last[number]} and gets no further than {client.Cursor}, though there is news up to {Server.End()}");
                await AskAsync(number, _last[number]!);
            }
            else if (taken == 0 && _work.Waiting == 0 && !(Server.RunsByItself && await connection.WaitAsync(Patience)))
            {
                throw client.Broke($"waits by {_last[number]} at {client.Cursor}, and is not told of news up to {Server.End()}");
            }
        }
    }
}
