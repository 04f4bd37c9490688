using System.Buffers;
using Minimal.Http.Wire;
using static Minimal.WebSocket.Wire.Deflate.DeflateTables;

namespace Minimal.WebSocket.Wire.Deflate;

/// <summary>
/// Decodes DEFLATE (RFC 1951) that comes in pieces of any size, byte for byte as far as they go. Written out here because the
/// platform's decompressor stops for good behind a final block and does not say where that was, while RFC 7692 §7.2.3.4 goes on.
/// Limits are judged at every symbol, so the answer does not depend on the pieces. Not thread-safe.
/// </summary>
/// <param name="window">What matches are copied from.</param>
/// <param name="limits">How much may come out.</param>
internal sealed class Inflater(InflateWindow window, WebSocketLimits limits)
{
    private const int RatioStep = 64 * 1024;
    private const int LongestSymbol = 15 + 5 + 15 + 13;   // a length, its extra bits, a distance, its extra bits

    private enum At { BlockHead, StoredLength, Stored, Counts, LengthCodes, CodeLengths, Symbols }

    // About 5 KiB, made for the first block that has codes of its own.
    private CodeLengths? _lengths;
    private At _at;
    private BitBuffer _bits;
    private bool _isFinalBlock;
    private int _storedLeft;
    private long _taken, _produced, _checkpoint;
    private HuffmanTable _literals = FixedLiterals, _distances = FixedDistances;
    private ProtocolRule? _broken;

    /// <summary>Whether the input stands where a sender removes 00 00 FF FF: behind the head of an empty stored block (RFC 7692 §7.2.1).</summary>
    public bool IsAtMessageEnd => _at == At.StoredLength && _bits.Count == 0;

    /// <summary>Begins a message, at the beginning of a block.</summary>
    public void BeginMessage()
    {
        _at = At.BlockHead;
        _bits = default;
        _taken = _produced = 0;
        _checkpoint = Math.Min(limits.MaxMessageBytes, RatioStep);
    }

    /// <summary>Decodes the next piece. What was decoded goes out even when a rule is broken behind it.</summary>
    /// <returns>The rule that is broken, from then on for good; null when all is well.</returns>
    public ProtocolRule? Read(ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        var status = ParseStatus.Complete;
        while (_broken is null && (status == ParseStatus.Complete || !input.IsEmpty)) status = Step(ref input, output);
        window.Flush(output);
        return _broken;
    }

    // One step of the format. Complete: go on with the next; NeedMore: with more bits, go on with the same.
    private ParseStatus Step(ref ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        Fill(ref input);
        return _at switch
        {
            At.BlockHead => ReadBlockHead(),
            At.StoredLength => ReadStoredLength(),
            At.Stored => ReadStored(ref input, output),
            At.Counts => Lengths(_lengths!.ReadCounts(ref _bits), At.LengthCodes),
            At.LengthCodes => Lengths(_lengths!.ReadLengthCodes(ref _bits), At.CodeLengths),
            At.CodeLengths => ReadCodeLengths(),
            _ => ReadSymbols(ref input, output),
        };
    }

    // BFINAL(1) BTYPE(2)
    private ParseStatus ReadBlockHead()
    {
        if (_bits.Count < 3) return ParseStatus.NeedMore;
        _isFinalBlock = _bits.Take(1) == 1;
        switch (_bits.Take(2))
        {
            case 0:
                _bits.DropToByte();
                return Go(At.StoredLength);
            case 1:
                (_literals, _distances) = (FixedLiterals, FixedDistances);
                return Go(At.Symbols);
            case 2:
                _lengths ??= new CodeLengths();
                return Go(At.Counts);
            default:
                return Break(WebSocketRules.DeflateCorrupt);
        }
    }

    // LEN(16) NLEN(16)
    private ParseStatus ReadStoredLength()
    {
        if (_bits.Count < 32) return ParseStatus.NeedMore;
        _storedLeft = _bits.Take(16);
        return _bits.Take(16) == (~_storedLeft & 0xFFFF) ? Go(At.Stored) : Break(WebSocketRules.DeflateCorrupt);
    }

    private ParseStatus ReadStored(ref ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        while (_storedLeft > 0)
        {
            window.EnsureRoom(output);
            int count = AddStored(ref input);
            if (count == 0) return ParseStatus.NeedMore;
            _storedLeft -= count;
            if (!TryCount(count)) return ParseStatus.Invalid;
        }

        return EndBlock();
    }

    // First the bytes that were taken as bits, then those of the input; up to where the limits are judged next.
    private int AddStored(ref ReadOnlySpan<byte> input)
    {
        if (_bits.Count > 0)
        {
            window.Add([(byte)_bits.Take(8)]);
            return 1;
        }

        // What lies above the count is of bytes that are now used without passing through there.
        _bits = default;
        int most = (int)Math.Min(Math.Min(_storedLeft, input.Length), _checkpoint - _produced + 1);
        int count = window.Add(input[..most]);
        input = input[count..];
        _taken += count;
        return count;
    }

    private ParseStatus ReadCodeLengths()
    {
        ParseStatus status = _lengths!.ReadCodeLengths(ref _bits);
        if (status == ParseStatus.Complete) (_literals, _distances) = (_lengths.Literals, _lengths.Distances);
        return Lengths(status, At.Symbols);
    }

    private ParseStatus Lengths(ParseStatus status, At next) => status switch
    {
        ParseStatus.Complete => Go(next),
        ParseStatus.Invalid => Break(WebSocketRules.DeflateCorrupt),
        _ => status,
    };

    private ParseStatus ReadSymbols(ref ReadOnlySpan<byte> input, IBufferWriter<byte> output)
    {
        ParseStatus status;
        do
        {
            window.EnsureRoom(output);
            int before = window.Position;
            status = ReadRun(ref input);
            if (!TryCount(window.Position - before)) return ParseStatus.Invalid;
        }
        while (status == ParseStatus.Complete && _at == At.Symbols);

        return status == ParseStatus.Invalid ? Break(WebSocketRules.DeflateCorrupt) : status;
    }

    // Symbols until the room, the bytes up to the next judgement, the input or the block ends. Everything is in locals here: this
    // is where the time goes.
    private ParseStatus ReadRun(ref ReadOnlySpan<byte> input)
    {
        BitBuffer bits = _bits;
        Span<byte> buffer = window.Buffer;
        int position = window.Position, taken = 0;
        int end = (int)Math.Min(buffer.Length - InflateWindow.LongestMatch, position + _checkpoint - _produced);
        HuffmanTable literals = _literals, distances = _distances;
        ParseStatus status = ParseStatus.Complete;
        bool ended = false;

        while (position <= end && !ended)
        {
            if (bits.Count < LongestSymbol) taken += bits.Fill(input[taken..]);
            int found = literals.Find(bits.Peek(HuffmanTable.MaxBits));
            status = HuffmanTable.Judge(found, bits.Count);
            if (status != ParseStatus.Complete) break;

            int symbol = HuffmanTable.Symbol(found);
            BitBuffer behind = bits;
            behind.Drop(HuffmanTable.Length(found));
            if (symbol < EndOfBlock) buffer[position++] = (byte)symbol;
            else if (symbol == EndOfBlock) ended = true;
            else
            {
                Match match = Match.Read(symbol, behind, distances);
                status = match.Status == ParseStatus.Complete && !window.Reaches(match.Distance, position) ? ParseStatus.Invalid : match.Status;
                if (status != ParseStatus.Complete) break;
                InflateWindow.Repeat(buffer, position, match.Distance, match.Length);
                position += match.Length;
                behind = match.Rest;
            }

            bits = behind;
        }

        _bits = bits;
        _taken += taken;
        input = input[taken..];
        window.Position = position;
        return ended ? EndBlock() : status;
    }

    // RFC 7692 §7.2.3.4: behind a final block the next one begins with the next byte.
    private ParseStatus EndBlock()
    {
        if (_isFinalBlock) _bits.DropToByte();
        return Go(At.BlockHead);
    }

    private bool TryCount(int count)
    {
        _produced += count;
        if (_produced <= _checkpoint) return true;

        long used = _taken - (_bits.Count / 8);
        if (_produced > limits.MaxMessageBytes) Break(WebSocketRules.MessageTooLarge);
        else if (_produced > used * limits.MaxInflateRatio) Break(WebSocketRules.InflatedTooFar);
        _checkpoint = Math.Min(limits.MaxMessageBytes, _produced + RatioStep);
        return _broken is null;
    }

    private void Fill(ref ReadOnlySpan<byte> input)
    {
        int taken = _bits.Fill(input);
        input = input[taken..];
        _taken += taken;
    }

    private ParseStatus Go(At next)
    {
        _at = next;
        return ParseStatus.Complete;
    }

    private ParseStatus Break(ProtocolRule rule)
    {
        _broken = rule;
        return ParseStatus.Invalid;
    }
}
