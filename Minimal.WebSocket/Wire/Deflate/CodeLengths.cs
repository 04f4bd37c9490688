using Minimal.Http.Wire;
using static Minimal.WebSocket.Wire.Deflate.DeflateTables;

namespace Minimal.WebSocket.Wire.Deflate;

/// <summary>The head of a block with its own codes (RFC 1951 §3.2.7), read in three steps that can each pause anywhere.</summary>
internal sealed class CodeLengths
{
    private const int LengthSymbols = 19;
    private const int CopyPrevious = 16, FewZeroes = 17;

    private readonly HuffmanTable _lengthCodes = new(LengthSymbols, fastBits: 7);
    private readonly byte[] _lengths = new byte[LiteralSymbols + DistanceSymbols];
    private int _literals, _distances, _lengthCodeCount, _read;

    /// <summary>The block's code for literals and lengths.</summary>
    public HuffmanTable Literals { get; } = new(LiteralSymbols, fastBits: 10);

    /// <summary>The block's code for distances.</summary>
    public HuffmanTable Distances { get; } = new(DistanceSymbols, fastBits: 8);

    /// <summary>HLIT(5) HDIST(5) HCLEN(4)</summary>
    public ParseStatus ReadCounts(ref BitBuffer bits)
    {
        if (bits.Count < 14) return ParseStatus.NeedMore;
        _literals = bits.Take(5) + 257;
        _distances = bits.Take(5) + 1;
        _lengthCodeCount = bits.Take(4) + 4;
        _read = 0;
        Array.Clear(_lengths);
        return _literals <= LiteralSymbols && _distances <= DistanceSymbols ? ParseStatus.Complete : ParseStatus.Invalid;
    }

    /// <summary>(HCLEN + 4) x 3 bits: the lengths of the codes for code lengths.</summary>
    public ParseStatus ReadLengthCodes(ref BitBuffer bits)
    {
        for (; _read < _lengthCodeCount; _read++)
        {
            if (bits.Count < 3) return ParseStatus.NeedMore;
            _lengths[CodeLengthOrder[_read]] = (byte)bits.Take(3);
        }

        bool isCode = _lengthCodes.TryBuild(_lengths.AsSpan(0, LengthSymbols), mayBeSingle: false);
        _read = 0;
        return isCode ? ParseStatus.Complete : ParseStatus.Invalid;
    }

    /// <summary>HLIT + 257 code lengths for literals, HDIST + 1 for distances: one row, in which runs may pass from one to the other.</summary>
    public ParseStatus ReadCodeLengths(ref BitBuffer bits)
    {
        while (_read < _literals + _distances)
        {
            BitBuffer ahead = bits;
            ParseStatus status = ReadRun(ref ahead, out int count, out byte length);
            if (status != ParseStatus.Complete) return status;
            if (count > _literals + _distances - _read) return ParseStatus.Invalid;

            bits = ahead;
            _lengths.AsSpan(_read, count).Fill(length);
            _read += count;
        }

        return TryBuild() ? ParseStatus.Complete : ParseStatus.Invalid;
    }

    // 0-15: a length. 16: the previous one 3 to 6 times. 17: zero 3 to 10 times. 18: zero 11 to 138 times.
    private ParseStatus ReadRun(ref BitBuffer bits, out int count, out byte length)
    {
        (count, length) = (1, 0);
        int found = _lengthCodes.Find(bits.Peek(HuffmanTable.MaxBits));
        ParseStatus status = HuffmanTable.Judge(found, bits.Count);
        if (status != ParseStatus.Complete) return status;
        bits.Drop(HuffmanTable.Length(found));

        int symbol = HuffmanTable.Symbol(found);
        if (symbol < CopyPrevious)
        {
            length = (byte)symbol;
            return ParseStatus.Complete;
        }

        if (symbol == CopyPrevious && _read == 0) return ParseStatus.Invalid;
        (int extra, int least) = symbol switch { CopyPrevious => (2, 3), FewZeroes => (3, 3), _ => (7, 11) };
        if (bits.Count < extra) return ParseStatus.NeedMore;
        if (symbol == CopyPrevious) length = _lengths[_read - 1];
        count = least + bits.Take(extra);
        return ParseStatus.Complete;
    }

    private bool TryBuild()
    {
        ReadOnlySpan<byte> lengths = _lengths;
        return lengths[EndOfBlock] != 0
            && Literals.TryBuild(lengths[.._literals], mayBeSingle: true)
            && Distances.TryBuild(lengths.Slice(_literals, _distances), mayBeSingle: true);
    }
}
