using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;

namespace Minimal.Gallery.Wire;

/// <summary>A client that sends what it is told, right or wrong.</summary>
internal static class RawClient
{
    private const int MaxAnswer = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Sends bytes, and reads them and what comes back as their receivers do.</summary>
    /// <returns>The spans of both directions.</returns>
    public static async Task<IReadOnlyList<WireSpan>> TalkAsync(IPEndPoint server, ReadOnlyMemory<byte> bytes, TimeProvider time, WireReaderOptions reading)
    {
        byte[] answer = await SendAsync(server, bytes, time);
        var spans = new List<WireSpan>();
        var reader = new WireReader(spans.Add, reading);
        reader.Read(WireDirection.FromClient, bytes.Span);
        reader.Read(WireDirection.FromServer, answer);
        reader.End(WireDirection.FromServer);
        reader.End(WireDirection.FromClient);
        return spans;
    }

    /// <summary>Sends bytes, ends its side, and reads until the server ends its own: so nobody has to wait to know that nothing more comes.</summary>
    /// <returns>What came back; what has come, when it takes too long or is too much.</returns>
    private static async Task<byte[]> SendAsync(IPEndPoint server, ReadOnlyMemory<byte> bytes, TimeProvider time)
    {
        var answer = new ArrayBufferWriter<byte>();
        using var late = new CancellationTokenSource(Patience, time);
        try
        {
            await using SocketTransport transport = await SocketTransport.ConnectAsync(server, late.Token);
            await transport.Output.WriteAsync(bytes, late.Token);
            await transport.Output.CompleteAsync();
            await ReadAllAsync(transport.Input, answer, late.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // What came until then is the answer.
        }

        return answer.WrittenSpan.ToArray();
    }

    private static async Task ReadAllAsync(PipeReader input, ArrayBufferWriter<byte> answer, CancellationToken late)
    {
        while (answer.WrittenCount < MaxAnswer)
        {
            ReadResult read = await input.ReadAsync(late);
            foreach (ReadOnlyMemory<byte> segment in read.Buffer) answer.Write(segment.Span);
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return;
        }
    }
}
