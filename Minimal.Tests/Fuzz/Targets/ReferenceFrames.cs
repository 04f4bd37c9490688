using System.Numerics;
using System.Text;

namespace Minimal.Fuzz.Targets;

/// <summary>The slow twin of the frame reader: RFC 6455 §5 to §8 without compression, over bytes that are all there.</summary>
internal sealed class ReferenceFrames(bool isServer, long maxFrame, long maxMessage, int maxFragments)
{
    private static readonly UTF8Encoding Strict = new(false, throwOnInvalidBytes: true);

    private readonly List<(int Opcode, byte[] Payload)> _received = [];
    private readonly List<byte> _message = [];
    private int _messageOpcode;
    private int _fragments;

    public IReadOnlyList<(int Opcode, byte[] Payload)> Received => _received;

    public bool IsRefused { get; private set; }

    public void Read(byte[] wire)
    {
        int at = 0;
        while (!IsRefused && _received is not [.., (8, _)] && at < wire.Length)
        {
            int next = ReadFrame(wire, at);
            if (next < 0) return;
            at = next;
        }
    }

    // Where the next frame begins; -1 when this one is refused or not whole.
    private int ReadFrame(byte[] wire, int at)
    {
        int first = wire[at], opcode = first & 15;
        bool isFinal = first >= 128, isControl = opcode >= 8;
        bool isBadFirst = (first & 0x70) != 0 || opcode is not (0 or 1 or 2 or 8 or 9 or 10) || (isControl && !isFinal);
        if (isBadFirst) return Refuse();
        if (at + 1 == wire.Length) return -1;

        int second = wire[at + 1], width = (second & 127) switch { 126 => 2, 127 => 8, _ => 0 };
        if (second >= 128 != isServer || (isControl && width > 0)) return Refuse();
        if (!TryReadLength(wire.AsSpan(at + 2), second & 127, width, isControl, out BigInteger length)) return Refuse();

        int begin = at + 2 + width + (isServer ? 4 : 0);
        if (begin > wire.Length) return -1;
        if (!isControl && !MayBegin(opcode, length)) return Refuse();

        int there = (int)BigInteger.Min(length, wire.Length - begin);
        byte[] payload = Unmask(wire, begin, there);
        bool isWhole = there == length;
        bool isGood = isControl ? !isWhole || TakeControl(opcode, payload) : TakeData(payload, isWhole && isFinal);
        if (!isGood) return Refuse();
        return isWhole ? begin + there : -1;
    }

    // Of a length that is cut, what is missing may be anything; it is refused when nothing would do.
    private bool TryReadLength(ReadOnlySpan<byte> wire, int code, int width, bool isControl, out BigInteger length)
    {
        ReadOnlySpan<byte> there = wire[..Math.Min(width, wire.Length)];
        BigInteger missing = BigInteger.Pow(256, width - there.Length);
        length = width == 0 ? code : new BigInteger(there, isUnsigned: true, isBigEndian: true) * missing;
        if (width > 0 && there.Length == 0) return true;

        BigInteger most = length + missing - 1;
        bool isMinimal = width == 0 || most >= (width == 2 ? 126 : 65536);
        return isMinimal && length <= long.MaxValue && (isControl || length <= maxFrame);
    }

    private bool MayBegin(int opcode, BigInteger length)
    {
        if ((opcode == 0) != (_messageOpcode != 0)) return false;
        if (opcode != 0) (_messageOpcode, _fragments) = (opcode, 0);
        return ++_fragments <= maxFragments && _message.Count + length <= maxMessage;
    }

    private byte[] Unmask(byte[] wire, int begin, int count)
    {
        byte[] payload = wire[begin..(begin + count)];
        if (isServer) for (int i = 0; i < count; i++) payload[i] ^= wire[begin - 4 + (i % 4)];
        return payload;
    }

    private bool TakeControl(int opcode, byte[] payload)
    {
        if (opcode == 8 && payload.Length > 0)
        {
            int code = payload.Length < 2 ? 0 : (payload[0] << 8) | payload[1];
            bool isCode = code is (>= 1000 and <= 1014 and not (1004 or 1005 or 1006)) or (>= 3000 and < 5000);
            if (!isCode || !IsText(payload.AsSpan(2), isWhole: true)) return false;
        }

        _received.Add((opcode, payload));
        return true;
    }

    private bool TakeData(byte[] payload, bool isEnd)
    {
        _message.AddRange(payload);
        if (_messageOpcode == 1 && !IsText(_message.ToArray(), isEnd)) return false;
        if (!isEnd) return true;
        _received.Add((_messageOpcode, _message.ToArray()));
        _message.Clear();
        _messageOpcode = 0;
        return true;
    }

    // A decoder that may be fed more tells what can no longer become good from what is only cut.
    private static bool IsText(ReadOnlySpan<byte> bytes, bool isWhole)
    {
        try
        {
            Strict.GetDecoder().GetCharCount(bytes, flush: isWhole);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
    }

    private int Refuse()
    {
        IsRefused = true;
        return -1;
    }
}
