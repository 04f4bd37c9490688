using System.Buffers;
using BenchmarkDotNet.Attributes;
using Minimal.Http.Wire;

namespace Micro;

/// <summary>Sixteen chunks of 1 KiB, read and written.</summary>
public class Chunks
{
    private readonly ArrayBufferWriter<byte> _output = new(32 * 1024);
    private readonly byte[] _kibibyte = new byte[1024];

    [Benchmark]
    public long Decode()
    {
        var decoder = new ChunkedDecoder(HttpLimits.Default);
        var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(Inputs.Chunks));
        long length = 0;
        while (decoder.Read(ref input, out ReadOnlySequence<byte> data, out _) != ParseStatus.Complete) length += data.Length;
        return length;
    }

    [Benchmark]
    public int Encode()
    {
        _output.ResetWrittenCount();
        for (int i = 0; i < 16; i++) ChunkedEncoder.Write(_kibibyte, _output);
        ChunkedEncoder.WriteEnd(_output);
        return _output.WrittenCount;
    }
}
