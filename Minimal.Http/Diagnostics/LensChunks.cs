using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>A chunked body as a lenient reading reads it (RFC 9112 §7.1).</summary>
internal sealed class LensChunks(LensCursor cursor)
{
    // Who lets LF into this line does not look at the extension either.
    private bool _isExtensionUnchecked;

    /// <summary>Bytes of content so far.</summary>
    public long Content { get; private set; }

    // chunked-body = *chunk last-chunk trailer-section CRLF
    /// <summary>Reads a body.</summary>
    /// <returns>False when it is refused, or not all there.</returns>
    public bool TryRead()
    {
        while (TrySize(out long size))
        {
            if (size == 0) return new LensHead(cursor).TryFields();
            if (!TryData(size) || !TryEnd()) return false;
        }

        return false;
    }

    // chunk-size [ chunk-ext ] CRLF
    private bool TrySize(out long size)
    {
        size = 0;
        int start = cursor.At;
        return TrySizeLine(out int end, out int next) && TryParseSize(start, cursor.Bytes[start..end], out size) && Advance(next);
    }

    private bool TrySizeLine(out int end, out int next)
    {
        bool isExtension = _isExtensionUnchecked = false;
        ReadOnlySpan<byte> bytes = cursor.Bytes;
        for (end = next = cursor.At; ; end++)
        {
            int length = bytes[end..].IndexOfAny(HttpChars.CR, HttpChars.LF);
            if (length < 0) return false;
            isExtension |= bytes.Slice(end, length).Contains((byte)';');
            end += length;
            next = end + 1;
            if (bytes[end] == HttpChars.CR) return TryLineEnd(end, ref next);
            _isExtensionUnchecked = true;
            if (cursor.Allows(LensLeniency.ChunkLineFeed, end)) return true;
            if (!isExtension || !cursor.Allows(LensLeniency.LineFeedInExtension, end)) return cursor.Refuse(HttpRules.InvalidChunkLineEnd, end);
        }
    }

    private bool TryLineEnd(int at, ref int next)
    {
        if (next == cursor.Bytes.Length) return false;
        if (cursor.Bytes[next] != HttpChars.LF) return cursor.Refuse(HttpRules.InvalidChunkLineEnd, at);
        next++;
        return true;
    }

    // chunk-size = 1*HEXDIG
    private bool TryParseSize(int start, ReadOnlySpan<byte> line, out long size)
    {
        ReadOnlySpan<byte> text = cursor.Has(LensLeniency.ChunkSizeAsInC) ? line[PrefixLength(line)..] : line;
        bool isPlain = text.Length == line.Length, isHuge = false;
        ulong value = 0;
        int digits = 0;
        for (; digits < text.Length && char.IsAsciiHexDigit((char)text[digits]); digits++)
        {
            isHuge |= value >> 59 != 0;
            value = (value << 4) | (uint)HttpChars.HexValue(text[digits]);
        }

        size = (long)value;
        ProtocolRule? fault = digits == 0 ? HttpRules.InvalidChunkSize : ExtensionFault(text[digits..]);
        if ((fault is not null || !isPlain) && !cursor.Allows(LensLeniency.ChunkSizeAsInC, start)) return cursor.Refuse(fault!, start);
        if (value > uint.MaxValue && cursor.Allows(LensLeniency.ChunkSizeWraps, start)) size = (uint)value;
        else if (isHuge) return cursor.Refuse(HttpRules.ChunkTooLarge, start);
        return true;
    }

    private ProtocolRule? ExtensionFault(ReadOnlySpan<byte> text) => text.IsEmpty || _isExtensionUnchecked ? null : ChunkExtension.Check(text);

    private static int PrefixLength(ReadOnlySpan<byte> line)
    {
        int length = HttpChars.SpaceLength(line);
        if (line[length..].StartsWith("+"u8)) length++;
        if (line[length..].StartsWith("0x"u8) || line[length..].StartsWith("0X"u8)) length += 2;
        return length;
    }

    private bool TryData(long size)
    {
        int count = (int)Math.Min(size, cursor.Rest.Length);
        Content += count;
        return Advance(cursor.At + count) && count == size;
    }

    private bool TryEnd()
    {
        ReadOnlySpan<byte> rest = cursor.Rest;
        bool isRight = rest is [] or [HttpChars.CR] or [HttpChars.CR, HttpChars.LF, ..];
        if (!isRight && !cursor.Allows(LensLeniency.ChunkEndUnchecked, cursor.At)) return cursor.Refuse(HttpRules.InvalidChunkEnd, cursor.At);
        return rest.Length > 1 && Advance(cursor.At + 2);
    }

    private bool Advance(int to)
    {
        cursor.At = to;
        return true;
    }
}
