using BenchmarkDotNet.Attributes;
using Minimal.WebSocket.Wire;

namespace Micro;

/// <summary>What is done to each byte of a WebSocket message: 64 KiB, unmasked and checked to be UTF-8.</summary>
public class Payloads
{
    private readonly byte[] _text = [.. Enumerable.Range(0, 64 * 1024).Select(i => (byte)('a' + (i % 26)))];

    [Benchmark]
    public void Unmask() => Masking.Apply(_text, 0);

    [Benchmark]
    public bool CheckUtf8()
    {
        var check = default(Utf8Check);
        check.Read(_text);
        return check.IsComplete;
    }
}
