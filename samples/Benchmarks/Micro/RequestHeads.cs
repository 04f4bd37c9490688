using System.Buffers;
using BenchmarkDotNet.Attributes;
using Minimal.Http.Wire;

namespace Micro;

/// <summary>A request's head: found, read, and asked; and the head of the answer written. One head serves a connection for all its requests.</summary>
public class RequestHeads
{
    private readonly RequestHead _head = new();
    private readonly ResponseHead _response = new();
    private readonly ArrayBufferWriter<byte> _output = new(1024);
    private ReadOnlySequence<byte> _bytes;

    [Params("tool", "browser")]
    public string From { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        _bytes = new ReadOnlySequence<byte>(From == "tool" ? Inputs.Tool : Inputs.Browser);
        _response.Fields.Set("Content-Type", "text/plain");
        Parse();
    }

    [Benchmark]
    public long Scan()
    {
        var scanner = default(HeadScanner);
        scanner.Scan(_bytes, HttpLimits.Default, out _);
        return scanner.Length;
    }

    [Benchmark]
    public bool Parse()
    {
        var scanner = default(HeadScanner);
        scanner.Scan(_bytes, HttpLimits.Default, out _);
        _head.Load(_bytes.Slice(0, scanner.Length), (int)scanner.Start);
        return new RequestHeadParser(_head).TryParse(out _);
    }

    [Benchmark]
    public bool DecideFramingAndPersistence() => BodyFraming.Decide(_head, out _) is not null && Persistence.Decide(_head);

    [Benchmark]
    public bool FindField() => _head.Fields.Contains("Accept-Language");

    [Benchmark]
    public int WriteResponseHead()
    {
        _output.ResetWrittenCount();
        ResponseHeadWriter.Write(_response, new BodyFraming(BodyKind.Length, 13), ConnectionOption.None, "Date: Thu, 01 Jan 2026 00:00:00 GMT\r\n"u8, _output);
        return _output.WrittenCount;
    }
}
