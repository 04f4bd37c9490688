using System.Buffers.Binary;
using System.Text;
using Minimal.WebSocket.Wire;

namespace Minimal.FuzzYours.Planted;

/// <summary>A WebSocket that echoes whole messages and answers pings (RFC 6455).</summary>
internal sealed class PlantedWebSocket(PlantedInput input, Stream output, IReadOnlySet<PlantedBug> bugs)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly List<byte> _message = [];
    private int _kind;

    public async Task RunAsync(PlantedRequest request)
    {
        string key = request.All("Sec-WebSocket-Key") is [var only] ? only : "";
        string accept = HandshakeKey.Accept(key);
        await output.WriteAsync(Encoding.ASCII.GetBytes(
            $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"));
        while (await ReadFrameAsync() is { } frame)
        {
            if (!await HandleAsync(frame.First, frame.Payload)) return;
        }

        await WriteAsync(0x88, [0x03, 0xEA]);
    }

    // False when the connection is over.
    private async ValueTask<bool> HandleAsync(int first, byte[] payload)
    {
        int opcode = first & 0xF;
        bool isFinal = (first & 0x80) != 0;
        if (opcode == 9) await WriteAsync(0x8A, payload);
        if (opcode is 9 or 10) return true;
        if (opcode == 8)
        {
            await WriteAsync(0x88, IsGoodClose(payload) ? payload : [0x03, 0xEA]);
            return false;
        }

        if ((opcode == 0) == (_kind == 0)) return await CloseAsync(1002);
        if (opcode != 0) _kind = opcode;
        _message.AddRange(payload);
        if (!isFinal) return true;

        byte[] message = [.. _message];
        if (_kind == 1 && !IsText(message)) return await CloseAsync(1007);
        await WriteAsync(0x80 | _kind, message);
        _message.Clear();
        _kind = 0;
        return true;
    }

    // Null: the end, or a frame that is refused.
    private async ValueTask<(int First, byte[] Payload)?> ReadFrameAsync()
    {
        if (await TakeAsync(2) is not { } head) return null;
        int first = head[0], opcode = first & 0xF, code = head[1] & 0x7F;
        bool isControl = opcode >= 8, isMasked = head[1] >= 0x80;
        if ((first & 0x70) != 0 || opcode is > 2 and < 8 or > 10 || (isControl && (first < 0x80 || code > 125))) return null;
        if (!isMasked && !bugs.Contains(PlantedBug.AcceptsUnmaskedFrames)) return null;

        if (await LengthAsync(code) is not { } length || length > 1_000_000) return null;
        byte[]? key = isMasked ? await TakeAsync(4) : [0, 0, 0, 0];
        if (key is null || await TakeAsync((int)length) is not { } payload) return null;
        for (int at = 0; at < payload.Length; at++) payload[at] ^= key[at % 4];
        return (first, payload);
    }

    private async ValueTask<ulong?> LengthAsync(int code)
    {
        if (code < 126) return (ulong)code;
        if (await TakeAsync(code == 126 ? 2 : 8) is not { } bytes) return null;
        ulong length = code == 126 ? BinaryPrimitives.ReadUInt16BigEndian(bytes) : BinaryPrimitives.ReadUInt64BigEndian(bytes);
        return length < (code == 126 ? 126u : 65_536u) ? null : length;
    }

    private async ValueTask<byte[]?> TakeAsync(int count) => await input.TakeAsync(count) is { } text ? Encoding.Latin1.GetBytes(text) : null;

    private static bool IsGoodClose(byte[] payload)
    {
        if (payload.Length == 0) return true;
        if (payload.Length == 1) return false;
        int code = BinaryPrimitives.ReadUInt16BigEndian(payload);
        return code is (>= 1000 and <= 1014 and not 1004 and not 1005 and not 1006) or (>= 3000 and <= 4999) && IsText(payload[2..]);
    }

    private static bool IsText(byte[] bytes)
    {
        try
        {
            Strict.GetString(bytes);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private async ValueTask<bool> CloseAsync(int code)
    {
        await WriteAsync(0x88, [(byte)(code >> 8), (byte)code]);
        return false;
    }

    private ValueTask WriteAsync(int first, byte[] payload)
    {
        byte[] length = payload.Length switch
        {
            < 126 => [(byte)payload.Length],
            <= ushort.MaxValue => [126, (byte)(payload.Length >> 8), (byte)payload.Length],
            _ => [127, 0, 0, 0, 0, (byte)(payload.Length >> 24), (byte)(payload.Length >> 16), (byte)(payload.Length >> 8), (byte)payload.Length],
        };
        return output.WriteAsync((byte[])[(byte)first, .. length, .. payload]);
    }
}
