using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http.Transports;

namespace Minimal.Fuzz.Targets;

/// <summary>The client's end of a connection in memory on which everything goes on inline: nothing here waits.</summary>
internal sealed class FuzzClient(MemoryTransport transport)
{
    private readonly ArrayBufferWriter<byte> _received = new();
    private bool _isSending = true;

    /// <summary>Whether the server has ended its side, or all of it.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether it ended by a reset.</summary>
    public bool IsReset { get; private set; }

    /// <summary>All that came.</summary>
    public byte[] Received => _received.WrittenSpan.ToArray();

    /// <summary>Sends a piece, as far as anyone takes it.</summary>
    public void Send(ReadOnlyMemory<byte> piece)
    {
        if (!_isSending || IsReset) return;
        ValueTask<FlushResult> sending = transport.Output.WriteAsync(piece);

        // Nobody reads any more, or the window is full: then the rest would wait.
        _isSending = sending.IsCompletedSuccessfully && !sending.Result.IsCompleted;
    }

    /// <summary>Ends this side.</summary>
    public void End() => transport.Output.Complete();

    /// <summary>Takes what is there.</summary>
    public void Take()
    {
        try
        {
            while (!IsEnded && transport.Input.TryRead(out ReadResult read))
            {
                foreach (ReadOnlyMemory<byte> memory in read.Buffer) _received.Write(memory.Span);
                transport.Input.AdvanceTo(read.Buffer.End);
                IsEnded = read.IsCompleted;
            }
        }
        catch (IOException)
        {
            (IsEnded, IsReset) = (true, true);
        }
    }

    /// <summary>Leaves.</summary>
    public void Close() => transport.Input.Complete();
}
