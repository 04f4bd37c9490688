using System.IO.Pipelines;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.WebSocket;

namespace Minimal.Soak;

/// <summary>
/// One client: it connects, does what its kind does, and connects again when the connection is lost, until the run stops. Whatever the network does to it is
/// no finding; whatever the server says that it should not is one.
/// </summary>
internal abstract class SoakClient(SoakRun run, int number)
{
    /// <summary>How long a client waits for a byte before it gives its connection up: longer than any hold and stall.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(12);

    /// <summary>What the progress line calls its kind.</summary>
    public abstract string Kind { get; }

    protected SoakRun Run { get; } = run;

    protected Random Random { get; } = new(unchecked((run.Options.Seed * 7919) + number));

    protected int Number { get; } = number;

    /// <summary>Lives until the run stops; does not fail.</summary>
    public async Task LiveAsync()
    {
        while (!Run.Stop.IsCancellationRequested)
        {
            await TryAsync(Run.ConnectAsync(Random), LiveAsync);
            await PauseAsync();
        }

        await Run.AllPublished;
        await TryAsync(default, _ => LeaveAsync());
    }

    /// <summary>Lives on one connection.</summary>
    protected abstract Task LiveAsync(Transport wire);

    /// <summary>The run has stopped, and the network is good again.</summary>
    protected virtual Task LeaveAsync() => Task.CompletedTask;

    protected Task PauseAsync() =>
        Task.Delay(Run.Options.Pause * Random.NextDouble(), TimeProvider.System, Run.Stop).ContinueWith(static _ => { }, TaskScheduler.Default);

    protected async ValueTask WriteAsync(Transport wire, ReadOnlyMemory<byte> bytes) => await WithinPatienceAsync(wire, wire.Output.WriteAsync(bytes).AsTask());

    /// <summary>Waits for bytes and hands on what belongs to this answer; false at the connection's end.</summary>
    protected async ValueTask<bool> TakeAsync(Transport wire, NoLossReader reader)
    {
        ReadResult read = await WithinPatienceAsync(wire, wire.Input.ReadAsync().AsTask());
        long taken = 0;
        foreach (ReadOnlyMemory<byte> piece in read.Buffer)
        {
            for (int i = 0; i < piece.Length && !reader.IsWhole; i++, taken++) reader.Take(piece.Span.Slice(i, 1));
        }

        wire.Input.AdvanceTo(read.Buffer.GetPosition(taken));
        if (!read.IsCompleted || taken < read.Buffer.Length) return true;
        reader.TakeEnd();
        return false;
    }

    /// <summary>Waits, but not for ever and not beyond the run; who waits in vain gives the connection up.</summary>
    protected async ValueTask<T> WithinPatienceAsync<T>(Transport wire, Task<T> task)
    {
        try
        {
            return await task.WaitAsync(Patience, TimeProvider.System, Run.Stop);
        }
        catch (Exception e) when (e is TimeoutException or OperationCanceledException && !task.IsCompleted)
        {
            // Nobody waits for the task any more, but somebody must have looked at how it ends.
            _ = task.ContinueWith(static ended => ended.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            wire.Abort();
            throw;
        }
    }

    private async Task TryAsync(ValueTask<Transport?> connecting, Func<Transport, Task> live)
    {
        try
        {
            await using Transport? wire = await connecting;
            await live(wire!);
        }
        catch (Exception e) when (e is IOException or TimeoutException or OperationCanceledException or System.Net.Sockets.SocketException or WebSocketClosedException)
        {
            Run.CountLoss();
        }
        catch (Exception e)
        {
            Run.Findings.Add($"{Kind}: {e}");
        }
    }
}
