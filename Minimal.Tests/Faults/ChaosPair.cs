using System.IO.Pipelines;
using System.Text;
using Minimal.Http.Transports;
using Minimal.Testing;

namespace Minimal.Tests.Faults;

/// <summary>A connection in memory with a bad network around one end. Who writes is the end whose bytes a test is about.</summary>
internal sealed class ChaosPair
{
    private readonly Transport _writer, _reader;

    public ChaosPair(ChaosSchedule schedule, ChaosOptions options, ChaosDirection direction)
    {
        (MemoryTransport near, MemoryTransport peer) = MemoryTransport.CreatePair(options.Scheduler);
        Chaos = new ChaosTransport(near, schedule, options);
        _writer = direction == ChaosDirection.Sent ? Chaos : peer;
        _reader = direction == ChaosDirection.Sent ? peer : Chaos;
        (There, Back) = (new Ear(_reader), new Ear(_writer));
    }

    public ChaosTransport Chaos { get; }

    /// <summary>At the end that is written to.</summary>
    public Ear There { get; }

    /// <summary>At the end that writes.</summary>
    public Ear Back { get; }

    public void Write(string text) => Write(_writer, text);

    public void WriteBack(string text) => Write(_reader, text);

    public void End() => _writer.Output.Complete();

    public void EndBack() => _reader.Output.Complete();

    private static void Write(Transport transport, string text)
    {
        ValueTask<FlushResult> flush = transport.Output.WriteAsync(Encoding.ASCII.GetBytes(text));
        if (flush.IsCompleted) flush.GetAwaiter().GetResult();
    }
}
