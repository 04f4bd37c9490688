using Minimal.Http.Topics;
using Minimal.Testing;

namespace Minimal.Tests.Topics;

/// <summary>One thing that happens. What the numbers mean depends on the kind.</summary>
internal readonly record struct TopicStep(TopicStepKind Kind, int Client, int Amount);

/// <summary>What a run was like: shows that schedules reach what they are meant to reach.</summary>
internal readonly record struct TopicRunReport(NoLossReport Seen, int SharedSends, int PartialSends);

internal enum TopicStepKind
{
    Publish, Poll, Wait, StopWaiting, Connect, Allow, Deliver, Cut, Sweep, Advance, Restart, Complete,
}

/// <summary>
/// A topic, its model as a list, and a few clients that poll, wait, stream and change between these, driven step by step.
/// Every read is compared with the list; at the end the no-loss model judges what each client saw.
/// </summary>
internal sealed class TopicRun
{
    private const int Clients = 3;
    private const int PlentyOfRoom = 20_000;

    private readonly ManualTime _time = new();
    private readonly HandScheduler _sweeps = new();
    private readonly LineFraming _framing = new();
    private readonly NoLossModel _model;
    private readonly NoLossClient[] _clients;
    private readonly TestWaiter?[] _waiters = new TestWaiter?[Clients];
    private readonly StreamConnection?[] _streams = new StreamConnection?[Clients];
    private readonly TopicOptions _options;
    private readonly TopicFault _fault;
    private Topic _topic = null!;
    private ListTopic _list = null!;
    private int _sharedSends;
    private int _partialSends;

    private TopicRun(TopicOptions options, TopicFault fault)
    {
        _options = options with { Time = _time, Schedule = Schedule };
        _fault = fault;
        _model = new NoLossModel(options.IsCompacted);
        Start();
        _clients = [.. Enumerable.Range(0, Clients).Select(number => _model.Client($"{number}", _topic.End))];
    }

    /// <summary>Runs all steps, then lets everybody come to the end, and demands the promise.</summary>
    public static TopicRunReport Run(TopicOptions options, IEnumerable<TopicStep> steps, TopicFault fault) => new TopicRun(options, fault).Run(steps);

    private TopicRunReport Run(IEnumerable<TopicStep> steps)
    {
        foreach (TopicStep step in steps) Do(step, step.Client % Clients);
        ComeToTheEnd();
        return new TopicRunReport(_model.Check(toTheEnd: true), _sharedSends, _partialSends);
    }

    private void Do(TopicStep step, int client)
    {
        switch (step.Kind)
        {
            case TopicStepKind.Publish: Publish(step.Amount, step.Client); break;
            case TopicStepKind.Poll: Poll(client, 1 + (step.Amount % 4)); break;
            case TopicStepKind.Wait: Wait(client); break;
            case TopicStepKind.StopWaiting: Leave(client); break;
            case TopicStepKind.Connect: Connect(client); break;
            case TopicStepKind.Allow: _streams[client]?.Allow(step.Amount); break;
            case TopicStepKind.Deliver: _streams[client]?.Deliver(step.Amount); break;
            case TopicStepKind.Cut: Leave(client); break;
            case TopicStepKind.Sweep: _sweeps.RunOne(); break;
            case TopicStepKind.Advance: Advance(step.Amount); break;
            case TopicStepKind.Restart when step.Amount % 4 == 0: Restart(); break;
            case TopicStepKind.Complete when step.Amount % 8 == 0: Complete(); break;
        }
    }

    private void Start()
    {
        _topic = new Topic("a", _fault.Options(_options), _fault.Store());
        _list = new ListTopic(_options, _topic.End);
    }

    private void Publish(int size, int key)
    {
        if (_list.IsCompleted) return;

        byte[] data = new byte[size];
        data.AsSpan().Fill((byte)size);
        string name = $"key {key}";
        var message = new TopicMessage(_topic.Publish(data, key: name), data, null, name);
        _list.Publish(message, _time.GetUtcNow());
        _model.Published(message);
    }

    private void Poll(int client, int max)
    {
        if (_streams[client] is not null || _waiters[client] is not null || _clients[client].IsEnded) return;

        Cursor after = _clients[client].Cursor;
        TopicBatch batch = _fault.Read(_topic, after, max);
        RequireSame(_list.Read(after, max), batch, after);
        _clients[client].Batch(batch);
    }

    private void Wait(int client)
    {
        if (_waiters[client] is not null || _streams[client] is not null || _clients[client].IsEnded) return;

        _waiters[client] = new TestWaiter(_clients[client].Cursor, staysRegistered: false, waiter =>
        {
            if (!_list.HasNews(waiter.Cursor)) throw new NoLossException($"Client {client} was told of news, and there is none.");
            _waiters[client] = null;
            Poll(client, 4);
        });
        _topic.Register(_waiters[client]!);
    }

    private void Leave(int client)
    {
        if (_waiters[client] is { } waiter && !_topic.Unregister(waiter)) throw new NoLossException($"Client {client} was not registered.");
        _waiters[client] = null;
        if (_streams[client] is not { } stream) return;
        _sharedSends += stream.SharedSends;
        _partialSends += stream.PartialSends;
        stream.Close();
        _streams[client] = null;
    }

    private void Connect(int client)
    {
        Leave(client);
        if (!_clients[client].IsEnded) _streams[client] = new StreamConnection(_topic, _framing, _fault, _clients[client]);
    }

    private void Advance(int seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds % 10));
        _list.Trim(_time.GetUtcNow());
    }

    private void Restart()
    {
        for (int client = 0; client < Clients; client++) Leave(client);
        Start();
    }

    private void Complete()
    {
        _topic.Complete();
        _list.Complete();
        _model.Completed(_topic.End.Epoch);
    }

    // Everybody gets a socket with room, or waits; from then on only sweeps move them, so a lost wake-up shows.
    private void ComeToTheEnd()
    {
        for (int client = 0; client < Clients; client++)
        {
            _streams[client]?.Allow(PlentyOfRoom);
            Wait(client);
        }

        _sweeps.RunAll();
        Publish(1, 0);
        for (int client = 0; client < Clients; client++) Wait(client);
        _sweeps.RunAll();
        for (int client = 0; client < Clients; client++) GoToTheEnd(client);
    }

    private void GoToTheEnd(int client)
    {
        _streams[client]?.Deliver(int.MaxValue);
        bool hasNews = !_clients[client].IsEnded && _list.HasNews(_clients[client].Cursor);
        if (_streams[client] is not null && hasNews) throw new NoLossException($"Client {client}'s stream stands still at {_clients[client].Cursor}.");
        bool sleeps = _waiters[client] is { } waiter && _list.HasNews(waiter.Cursor);
        if (sleeps) throw new NoLossException($"Client {client} sleeps beside news at {_clients[client].Cursor}.");

        Leave(client);
        while (!_clients[client].IsEnded && _list.HasNews(_clients[client].Cursor))
        {
            Cursor before = _clients[client].Cursor;
            Poll(client, 4);
            if (before == _clients[client].Cursor && !_clients[client].IsEnded) throw new NoLossException($"Client {client} does not get on from {before}.");
        }
    }

    private void Schedule(IThreadPoolWorkItem work)
    {
        if (_fault.Schedules()) _sweeps.Schedule(work);
    }

    private static void RequireSame(TopicBatch expected, TopicBatch actual, Cursor after)
    {
        if (Shown(expected) != Shown(actual)) throw new NoLossException($"Reading from {after} gives {Shown(actual)}, not {Shown(expected)}.");
    }

    private static string Shown(TopicBatch batch) =>
        $"[{string.Join(' ', batch.Messages.ToArray().Select(message => $"{message.Id}:{message.Data.Length}"))}] "
        + $"next {batch.Next} gap {batch.Gap} end {batch.IsEnd}";
}
