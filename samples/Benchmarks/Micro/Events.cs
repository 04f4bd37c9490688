using System.Buffers;
using System.Net.ServerSentEvents;
using BenchmarkDotNet.Attributes;
using Minimal.Http.Wire;
using Minimal.Sse;

namespace Micro;

/// <summary>A hundred events of 128 bytes, written and parsed; the framework's parser beside ours.</summary>
public class Events
{
    private static readonly SseEvent Event = new(new string('x', 128), "score", "1042");

    private readonly ArrayBufferWriter<byte> _output = new(32 * 1024);

    [Benchmark]
    public int Write()
    {
        _output.ResetWrittenCount();
        for (int i = 0; i < 100; i++) SseWriter.Write(Event, _output);
        return _output.WrittenCount;
    }

    [Benchmark]
    public long ParseAsBytes()
    {
        var parser = new Minimal.Sse.SseParser();
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(Inputs.Events));
        long length = 0;
        while (parser.Read(ref input, out SseEventBytes dispatched) == ParseStatus.Complete) length += dispatched.Data.Length;
        return length;
    }

    [Benchmark]
    public long ParseAsText()
    {
        var parser = new Minimal.Sse.SseParser();
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(Inputs.Events));
        long length = 0;
        while (parser.Read(ref input, out SseEventBytes dispatched) == ParseStatus.Complete) length += dispatched.ToEvent().Data.Length;
        return length;
    }

    [Benchmark(Baseline = true)]
    public long FrameworkParseAsText()
    {
        using var stream = new MemoryStream(Inputs.Events);
        long length = 0;
        foreach (SseItem<string> item in System.Net.ServerSentEvents.SseParser.Create(stream).Enumerate()) length += item.Data.Length;
        return length;
    }
}
