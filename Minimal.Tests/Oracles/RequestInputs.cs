using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;
using Minimal.Tests.Diagnostics;

namespace Minimal.Tests.Oracles;

/// <summary>The bytes that all servers are given: the same in every run.</summary>
internal static class RequestInputs
{
    public const int Generated = 400;

    /// <summary>All vectors of requests and of chunked bodies, the samples of the lens, then generated ones: valid, and nearly so.</summary>
    public static IReadOnlyList<byte[]> All { get; } =
    [
        .. from vector in VectorLibrary.All where vector.Kind is "request" or "request small" or "target" select vector.Input.ToArray(),
        .. from vector in VectorLibrary.All where vector.Kind is "chunked" select Chunked(vector.Input.ToArray()),
        .. LensSamples.All.Select(sample => Encoding.Latin1.GetBytes(sample.Bytes)),
        .. Sample(HttpRequestGen.Valid, 1).Select(request => request.ToBytes()),
        .. Sample(HttpRequestGen.NearlyValid, 2).Select(mutant => mutant.ToBytes()),
    ];

    /// <summary>The inputs that are compared. A tunnel is no matter of how a request is read, and an unknown expectation is refused for what it says.</summary>
    public static IEnumerable<byte[]> Compared => All.Where(bytes =>
        !bytes.AsSpan().StartsWith("CONNECT "u8) && bytes.AsSpan().IndexOf("\nExpect"u8) < 0 && bytes.Length is > 0 and < 20_000);

    /// <summary>Values of a generator, the same ones for the same seed.</summary>
    public static IEnumerable<T> Sample<T>(Gen<T> generator, ulong seed, int count = Generated) => generator.Sample(count, new Rnd(seed), 30);

    private static byte[] Chunked(byte[] body) => [.. "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"u8, .. body];
}
