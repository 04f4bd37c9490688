using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Minimal.Http.Transports;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Demos.WsLab;

/// <summary>A client that sends what it is told, right or wrong.</summary>
internal static class RawClient
{
    private const int MaxAnswer = 256 * 1024;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Shakes hands, sends bytes, ends its side, and reads until the server ends its own: so nobody has to wait to know that nothing more comes.</summary>
    /// <returns>What came behind the handshake; what has come, when it takes too long.</returns>
    public static async Task<byte[]> SendAsync(IPEndPoint server, string target, byte[] frames, TimeProvider time)
    {
        var answer = new ArrayBufferWriter<byte>();
        using var late = new CancellationTokenSource(Patience, time);
        try
        {
            await using SocketTransport transport = await SocketTransport.ConnectAsync(server, late.Token);
            string key = HandshakeKey.From(RandomNumberGenerator.GetBytes(HandshakeKey.NonceBytes));
            await transport.Output.WriteAsync(Encoding.ASCII.GetBytes(
                $"GET {target} HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"), late.Token);
            await ReadHeadAsync(transport.Input, late.Token);
            await transport.Output.WriteAsync(frames, late.Token);
            await transport.Output.CompleteAsync();
            await ReadAllAsync(transport.Input, answer, late.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // What came until then is the answer.
        }

        return answer.WrittenSpan.ToArray();
    }

    private static async Task ReadHeadAsync(PipeReader input, CancellationToken late)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync(late);
            var reader = new SequenceReader<byte>(read.Buffer);
            bool isWhole = reader.TryReadTo(out ReadOnlySequence<byte> _, "\r\n\r\n"u8);
            input.AdvanceTo(isWhole ? reader.Position : read.Buffer.Start, isWhole ? reader.Position : read.Buffer.End);
            if (isWhole || read.IsCompleted) return;
        }
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
