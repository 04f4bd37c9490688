using System.Text;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.Tests.Http;

/// <summary>The drivers of the vectors in <c>Vectors/Http</c>.</summary>
internal static class HttpDrivers
{
    /// <summary>Limits that an example can reach on one line. The vectors of the kinds called <c>small</c> have them.</summary>
    public static readonly HttpLimits Small = new()
    {
        MaxMethodBytes = 8,
        MaxRequestLineBytes = 32,
        MaxFieldBytes = 48,
        MaxFields = 3,
        MaxEmptyLines = 1,
        MaxChunkLineBytes = 24,
        MaxChunkExtensionBytes = 20,
        MaxTrailerBytes = 24,
    };

    [VectorDriver("request")]
    public static VectorOutcome ReadRequest(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace) =>
        RequestReader.Read(segments, HttpLimits.Default, trace).Outcome();

    [VectorDriver("request small")]
    public static VectorOutcome ReadSmallRequest(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace) =>
        RequestReader.Read(segments, Small, trace).Outcome();

    [VectorDriver("target")]
    public static VectorOutcome ReadTarget(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace)
    {
        RequestReader reader = RequestReader.Read(segments, HttpLimits.Default, trace);
        if (reader.Status != ParseStatus.Complete) return reader.Outcome();

        RequestHead head = reader.Head!;
        string path = EscapedBytes.Write(Encoding.UTF8.GetBytes(head.Path));
        string[] parts = [$"form: {head.Form}", $"authority: {head.Authority}", $"path: {path}", $"query: {head.Query}"];
        return VectorOutcome.Complete(reader.Used, [.. parts.Select(part => part.TrimEnd())]);
    }

    [VectorDriver("response", FromServer = true)]
    public static VectorOutcome ReadResponse(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace) =>
        ResponseReader.Read(segments, "GET", HttpLimits.Default, trace).Outcome();

    [VectorDriver("response small", FromServer = true)]
    public static VectorOutcome ReadSmallResponse(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace) =>
        ResponseReader.Read(segments, "GET", Small, trace).Outcome();

    [VectorDriver("response HEAD", FromServer = true)]
    public static VectorOutcome ReadResponseToHead(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace) =>
        ResponseReader.Read(segments, "HEAD", HttpLimits.Default, trace).Outcome();

    [VectorDriver("response CONNECT", FromServer = true)]
    public static VectorOutcome ReadResponseToConnect(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace) =>
        ResponseReader.Read(segments, "CONNECT", HttpLimits.Default, trace).Outcome();

    [VectorDriver("chunked")]
    public static VectorOutcome ReadChunked(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace) =>
        BodyReader.ReadChunked(segments, HttpLimits.Default, trace).Outcome();

    [VectorDriver("chunked small")]
    public static VectorOutcome ReadSmallChunked(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace) =>
        BodyReader.ReadChunked(segments, Small, trace).Outcome();
}
