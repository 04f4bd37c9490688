using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Minimal.Http.Transports;

namespace Minimal.Testing;

/// <summary>A client's end of one connection: it asks, takes as many bytes as it is told to, and leaves. On one thread at a time.</summary>
internal sealed class NoLossConnection(Transport wire, NoLossClient client)
{
    private NoLossReader? _reader;
    private bool _isEnded;

    /// <summary>Whether nothing more comes: the answer is whole, or the connection has ended.</summary>
    public bool IsOver => _isEnded || _reader?.IsWhole != false;

    /// <summary>Whether another request may be sent.</summary>
    public bool CanAsk => !_isEnded && (_reader is null || (_reader.IsWhole && _reader.IsKept));

    public void Ask(NoLossTransport transport, NoLossServer server)
    {
        _reader = transport.Read(client);
        try
        {
            wire.Output.Write(Encoding.Latin1.GetBytes(transport.Request(server.Target, client.Cursor).Replace("\r\nHost: a\r\n", $"\r\nHost: {server.Host}\r\n", StringComparison.Ordinal)));
            ValueTask<FlushResult> flush = wire.Output.FlushAsync();
            if (flush.IsCompleted) flush.GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            _isEnded = true;
        }
    }

    /// <summary>Takes bytes that have come; how many that were.</summary>
    public long Take(long most)
    {
        long taken = 0;
        try
        {
            while (taken < most && !_isEnded && wire.Input.TryRead(out ReadResult read))
            {
                ReadOnlySequence<byte> some = read.Buffer.Slice(0, Math.Min(read.Buffer.Length, most - taken));
                bool isLast = read.IsCompleted && some.Length == read.Buffer.Length;
                foreach (ReadOnlyMemory<byte> piece in some) _reader!.Take(piece.Span);
                taken += some.Length;
                wire.Input.AdvanceTo(some.End);
                if (isLast) End();
            }
        }
        catch (IOException)
        {
            _isEnded = true;
        }

        return taken;
    }

    /// <summary>Waits for something to take; false when nothing comes in time.</summary>
    public async ValueTask<bool> WaitAsync(TimeSpan patience)
    {
        Task<ReadResult> reading = wire.Input.ReadAsync().AsTask();
        try
        {
            await reading.WaitAsync(patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            wire.Input.CancelPendingRead();
        }
        catch (IOException)
        {
            // It is thrown again below.
        }

        try
        {
            ReadResult read = await reading;
            wire.Input.AdvanceTo(read.Buffer.Start);
            return !read.IsCanceled;
        }
        catch (IOException)
        {
            _isEnded = true;
            return true;
        }
    }

    /// <summary>Resets the connection: what is under way is lost.</summary>
    public void Cut()
    {
        _isEnded = true;
        wire.Abort();
    }

    public void Leave()
    {
        _isEnded = true;
        ValueTask closing = wire.DisposeAsync();
        if (closing.IsCompleted) closing.GetAwaiter().GetResult();
    }

    private void End()
    {
        _isEnded = true;
        _reader!.TakeEnd();
    }
}
