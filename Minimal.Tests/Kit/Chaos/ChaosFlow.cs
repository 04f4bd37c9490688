using System.Buffers;
using System.IO.Pipelines;

namespace Minimal.Testing;

/// <summary>One direction of a bad network: passes on what comes, up to the next place where something happens.</summary>
internal sealed class ChaosFlow(ChaosTransport network, PipeReader input, PipeWriter output, IEnumerator<ChaosStep> steps)
{
    private ChaosStep? _next;
    private long _taken, _pieceEnd = long.MaxValue, _splitEnd;

    /// <summary>How many bytes were taken from who writes.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Ends with the direction: at its end, when the connection is lost, or dropped, or closed by who would read. Does not fail.</summary>
    public async Task RunAsync()
    {
        try
        {
            MoveOn();
            while (await PassAsync().ConfigureAwait(false))
            {
            }
        }
        catch (IOException)
        {
            if (!network.IsDropped) network.Reset();
        }
    }

    /// <summary>Takes one step, or passes one piece; false at the end.</summary>
    private async ValueTask<bool> PassAsync()
    {
        if (network.IsDropped) return false;
        if (_next is { Fault: ChaosFault.Drop or ChaosFault.Reset } last && last.At <= _taken) return End(last);

        ReadResult read = await input.ReadAsync().ConfigureAwait(false);
        while (network.StallLeft is { Ticks: > 0 } left) await network.SleepAsync(left).ConfigureAwait(false);
        if (network.IsDropped || (read.IsCanceled && network.IsClosing)) return false;
        if (read.Buffer.IsEmpty && read.IsCompleted)
        {
            await output.CompleteAsync().ConfigureAwait(false);
            return false;
        }

        if (!read.Buffer.IsEmpty && _next is { } step && step.At <= _taken)
        {
            input.AdvanceTo(read.Buffer.Start);
            await TakeAsync(step, read.Buffer.Length).ConfigureAwait(false);
            return true;
        }

        await PassAsync(read.Buffer).ConfigureAwait(false);
        return true;
    }

    private bool End(ChaosStep step)
    {
        network.Note(step);
        if (step.Fault == ChaosFault.Reset) network.Reset();
        else network.Drop();
        return false;
    }

    private async ValueTask TakeAsync(ChaosStep step, long waiting)
    {
        network.Note(step);
        MoveOn();
        switch (step.Fault)
        {
            case ChaosFault.Split:
                _splitEnd = _taken + step.Bytes;
                break;
            case ChaosFault.Stall:
                network.Stall(step.For);
                break;
            case ChaosFault.Delay:
                _pieceEnd = _taken + waiting;
                await network.SleepAsync(step.For).ConfigureAwait(false);
                break;
            default:
                await network.SleepAsync(step.For).ConfigureAwait(false);
                break;
        }
    }

    private async ValueTask PassAsync(ReadOnlySequence<byte> buffer)
    {
        long end = Math.Min(_next?.At ?? long.MaxValue, _pieceEnd);
        if (_taken < _splitEnd) end = _taken + 1;
        ReadOnlySequence<byte> piece = buffer.Slice(0, Math.Min(buffer.Length, end - _taken));
        foreach (ReadOnlyMemory<byte> part in piece) output.Write(part.Span);

        // Counted first: who writes may look, inside the flush, how much room there is.
        Volatile.Write(ref _taken, _taken + piece.Length);
        if (_taken >= _pieceEnd) _pieceEnd = long.MaxValue;
        input.AdvanceTo(piece.End);
        await output.FlushAsync().ConfigureAwait(false);
    }

    private void MoveOn() => _next = steps.MoveNext() ? steps.Current : null;
}
