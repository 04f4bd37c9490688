using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Diagnostics;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Tests.Diagnostics;

/// <summary>Connections of all kinds: valid ones, ones with a few wrong bytes, and noise.</summary>
internal static class WireScriptGen
{
    private const string SseAlphabet = "data: id: retry: event: : \r\n\n\n\r\r\nx1é\uFEFF\0";

    public static Arbitrary<WireScript> Scripts() => Arb.From(Gen.OneOf(Messages(), Noise(), EventStreams(), Records(), WebSockets()).SelectMany(Spoilt), Shrink);

    private static Gen<WireScript> Messages() =>
        from requests in Gen.ListOf(HttpRequestGen.Valid, 3)
        from responses in Gen.ListOf(HttpResponseGen.Valid, 3)
        from mutant in HttpRequestGen.NearlyValid
        from isPipelined in Gen.Elements(true, false)
        select new WireScript(
        [
            .. requests.Zip(responses).SelectMany(pair => new[] { FromClient(pair.First.ToBytes()), FromServer(pair.Second.ToBytes()) })
                .OrderBy(message => isPipelined && message.Item1 == WireDirection.FromServer ? 1 : 0),
            FromClient(mutant.ToBytes()),
            FromServer("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"u8.ToArray()),
        ]);

    private static Gen<WireScript> Noise() =>
        from request in HttpBytesGen.Any
        from response in HttpBytesGen.Any
        select new WireScript([FromClient(request.Value), FromServer(response.Value)]);

    private static Gen<WireScript> EventStreams() =>
        from text in Gen.ArrayOf(Gen.Elements(SseAlphabet.ToCharArray()), 60)
        from chunks in Gen.ArrayOf(Gen.Choose(1, 20), 12)
        select Exchange("text/event-stream", Encoding.UTF8.GetBytes(text), chunks);

    private static Gen<WireScript> Records() =>
        from lines in Gen.ArrayOf(Gen.Elements("{\"id\":\"a0-1\",\"data\":\"é\"}\n", "{\"type\":\"open\",\"id\":\"a0-0\"}\n", "   \n", "\n", "{\"type\":\"gap\"}\n", "x"), 4)
        from chunks in Gen.ArrayOf(Gen.Choose(1, 30), 8)
        select Exchange("application/x-ndjson; charset=utf-8", Encoding.UTF8.GetBytes(string.Concat(lines)), chunks);

    private static Gen<WireScript> WebSockets() =>
        from isDeflated in Gen.Elements(true, false)
        from fromClient in Gen.ListOf(Frame(isDeflated, isMasked: true), 5)
        from fromServer in Gen.ListOf(Frame(isDeflated, isMasked: false), 5)
        select new WireScript(
        [
            FromClient("GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"u8.ToArray()),
            FromServer(Encoding.ASCII.GetBytes("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + (isDeflated ? "Sec-WebSocket-Extensions: permessage-deflate\r\n\r\n" : "\r\n"))),
            .. fromClient.Zip(fromServer).SelectMany(pair => new[] { FromClient(pair.First), FromServer(pair.Second) }),
        ]);

    private static Gen<byte[]> Frame(bool isDeflated, bool isMasked) =>
        from opcode in Gen.Frequency((3, Gen.Constant(Opcode.Text)), (2, Gen.Constant(Opcode.Binary)), (1, Gen.Constant(Opcode.Continuation)), (1, Gen.Elements(Opcode.Ping, Opcode.Pong, Opcode.Close)))
        from isFinal in Gen.Frequency((4, Gen.Constant(true)), (1, Gen.Constant(false)))
        from text in Gen.ArrayOf(Gen.Elements("hello é\u4E2D\U0001F600 ".ToCharArray()), 20)
        from cut in Gen.Choose(0, 20)
        from key in Gen.Choose(0, int.MaxValue)
        select WriteFrame(isDeflated, isMasked ? (uint)key : null, opcode, isFinal || opcode.IsControl(), Encoding.UTF8.GetBytes(new string(text)[..cut]));

    private static byte[] WriteFrame(bool isDeflated, uint? key, Opcode opcode, bool isFinal, byte[] payload)
    {
        bool compress = isDeflated && opcode.BeginsMessage() && isFinal;
        if (compress) payload = Compress(payload);
        if (opcode == Opcode.Close && payload.Length >= 2) BinaryPrimitives.WriteInt16BigEndian(payload, 1000);
        var header = new FrameHeader(isFinal, compress ? FrameHeader.Rsv1 : 0, opcode, payload.Length, key);
        var output = new ArrayBufferWriter<byte>();
        header.Write(output);
        if (key is { } mask) Masking.Apply(payload, mask);
        output.Write(payload);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Compress(byte[] payload)
    {
        using var stream = new MemoryStream();
        using (var deflate = new System.IO.Compression.DeflateStream(stream, System.IO.Compression.CompressionLevel.Fastest, leaveOpen: true))
        {
            deflate.Write(payload);
            deflate.Flush();
        }

        byte[] all = stream.ToArray();
        int end = all.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0x00, 0x00, 0xFF, 0xFF]);
        return end < 0 ? [0x00] : all[..end];
    }

    private static WireScript Exchange(string mediaType, byte[] content, IReadOnlyList<int> chunks)
    {
        using var body = new MemoryStream();
        int at = 0;
        foreach (int length in chunks.TakeWhile(_ => at < content.Length))
        {
            byte[] chunk = content[at..Math.Min(content.Length, at + length)];
            at += chunk.Length;
            body.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{chunk.Length:x}\r\n")));
            body.Write(chunk);
            body.Write("\r\n"u8);
        }

        body.Write("0\r\n\r\n"u8);
        byte[] head = Encoding.ASCII.GetBytes($"HTTP/1.1 200 OK\r\nContent-Type: {mediaType}\r\nTransfer-Encoding: chunked\r\n\r\n");
        return new WireScript([FromClient("GET /s HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray()), FromServer([.. head, .. body.ToArray()])]);
    }

    // Half of all are as they should be.
    private static Gen<WireScript> Spoilt(WireScript script) =>
        from isSpoilt in Gen.Elements(true, false)
        from message in Gen.Choose(0, script.Messages.Count - 1)
        from place in Gen.Choose(0, 400)
        from value in Gen.Elements<byte>(0, (byte)'\r', (byte)'\n', (byte)' ', (byte)'x', (byte)':', 0x80, 0xFF)
        select isSpoilt ? Spoil(script, message, place, value) : script;

    private static WireScript Spoil(WireScript script, int message, int place, byte value)
    {
        (WireDirection direction, byte[] bytes) = script.Messages[message];
        if (bytes.Length == 0) return script;
        byte[] spoilt = [.. bytes];
        spoilt[place % bytes.Length] = value;
        return new WireScript([.. script.Messages.Select((other, i) => i == message ? (direction, spoilt) : other)]);
    }

    private static IEnumerable<WireScript> Shrink(WireScript script)
    {
        for (int i = 0; i < script.Messages.Count; i++)
        {
            yield return new WireScript([.. script.Messages.Where((_, at) => at != i)]);
        }

        for (int i = 0; i < script.Messages.Count; i++)
        {
            (WireDirection direction, byte[] bytes) = script.Messages[i];
            for (int length = bytes.Length / 2; length > bytes.Length / 64; length /= 2)
            {
                for (int at = 0; at + length <= bytes.Length; at += length)
                {
                    byte[] fewer = [.. bytes[..at], .. bytes[(at + length)..]];
                    yield return new WireScript([.. script.Messages.Select((other, n) => n == i ? (direction, fewer) : other)]);
                }
            }
        }
    }

    private static (WireDirection, byte[]) FromClient(byte[] bytes) => (WireDirection.FromClient, bytes);

    private static (WireDirection, byte[]) FromServer(byte[] bytes) => (WireDirection.FromServer, bytes);
}
