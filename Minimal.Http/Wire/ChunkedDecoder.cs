using System.Buffers;

namespace Minimal.Http.Wire;

/// <summary>
/// Reads the chunked transfer coding (RFC 9112 §7.1), at any split of the input and without copying data. Assign
/// <c>new</c> to read another body. Once a rule is broken, every further call says so: there is no way back into step.
/// </summary>
public struct ChunkedDecoder
{
    // A size needs no more digits than 64 bits have; beyond, they are zeros that only take room.
    private const int PlainDigits = 16;
    private const int OnStack = 128;

    private readonly HttpLimits _limits;
    private readonly WireTrace? _trace;
    private At _at;
    private long _left;
    private long _offset;
    private long _looked;
    private long _extensionBytes;
    private TrailerSection? _trailers;
    private ProtocolRule? _broken;

    /// <summary>A decoder for one body.</summary>
    /// <param name="limits">How long extensions and trailers may be.</param>
    /// <param name="trace">Receives the name of each span, with offsets from the beginning of the body.</param>
    public ChunkedDecoder(HttpLimits limits, WireTrace? trace = null)
    {
        ArgumentNullException.ThrowIfNull(limits);
        _limits = limits;
        _trace = trace;
    }

    private enum At
    {
        Size,
        Data,
        DataEnd,
        Trailers,
        End,
    }

    /// <summary>
    /// The fields behind the last chunk, once the body is complete; null when there are none (§7.1.2). They are never merged into the head.
    /// </summary>
    public readonly HttpFields? Trailers => _at == At.End ? _trailers?.Fields : null;

    /// <inheritdoc cref="Read(ref SequenceReader{byte}, long, out ReadOnlySequence{byte}, out ProtocolRule?)" />
    public ParseStatus Read(ref SequenceReader<byte> input, out ReadOnlySequence<byte> data, out ProtocolRule? broken) =>
        Read(ref input, long.MaxValue, out data, out broken);

    /// <summary>Reads on, until data is found, the body ends or the input does.</summary>
    /// <param name="input">Advanced behind what was read. What is left of it comes again with the next input in front.</param>
    /// <param name="maxData">No more data than this is taken at a time; it is positive.</param>
    /// <param name="data">A piece of the content, part of the input; empty when the answer is not accompanied by any.</param>
    /// <param name="broken">The rule, when the answer is <see cref="ParseStatus.Invalid"/>.</param>
    /// <returns>
    /// <see cref="ParseStatus.Complete"/> behind the trailers; <see cref="ParseStatus.NeedMore"/> with data: call again; without: more
    /// input is needed.
    /// </returns>
    // chunked-body = *chunk last-chunk trailer-section CRLF
    // chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
    public ParseStatus Read(ref SequenceReader<byte> input, long maxData, out ReadOnlySequence<byte> data, out ProtocolRule? broken)
    {
        data = default;
        bool goesOn = true;
        while (goesOn && _broken is null && _at != At.End && data.IsEmpty)
        {
            goesOn = _at switch
            {
                At.Size => TrySize(ref input),                      // chunk-size [ chunk-ext ] CRLF
                At.Data => TryData(ref input, maxData, out data),   // chunk-data, returned as a slice: nothing is copied
                At.DataEnd => TryDataEnd(ref input),                // CRLF
                _ => TryTrailer(ref input),                         // field-line CRLF, or the CRLF behind the last of them
            };
        }

        broken = _broken;
        if (broken is not null) return ParseStatus.Invalid;
        return _at == At.End ? ParseStatus.Complete : ParseStatus.NeedMore;
    }

    /// <summary>A decoder that looks ahead from here, and leaves this one where it is. What it finds of trailers is its own.</summary>
    internal readonly ChunkedDecoder LookAhead() => this with { _trailers = null };

    private bool TrySize(ref SequenceReader<byte> input)
    {
        if (!TryFindLine(ref input, _limits.MaxChunkLineBytes, out int length)) return false;

        ReadOnlySpan<byte> line = input.UnreadSpan;
        if (line.Length >= length) ReadSize(line[..length]);
        else ReadSplitSize(input, length);
        input.Advance(length + 2);
        return _broken is null;
    }

    private void ReadSplitSize(in SequenceReader<byte> input, int length)
    {
        Span<byte> line = length <= OnStack ? stackalloc byte[OnStack] : new byte[length];
        input.TryCopyTo(line[..length]);
        ReadSize(line[..length]);
    }

    private void ReadSize(ReadOnlySpan<byte> line)
    {
        _broken = ParseSizeLine(line, out long size, out int digits);

        // All extensions together are bounded too, for a body may have any number of chunks (§7.1.1).
        _extensionBytes += line.Length - Math.Min(digits, PlainDigits);
        if (_broken is null && _extensionBytes > _limits.MaxChunkExtensionBytes) _broken = HttpRules.ChunkExtensionsTooLarge;
        if (_broken is not null) return;

        if (_trace is not null) Mark(line, digits, size);
        _offset += line.Length + 2;
        _left = size;
        _at = size == 0 ? At.Trailers : At.Data;
    }

    // chunk-size = 1*HEXDIG
    private static ProtocolRule? ParseSizeLine(ReadOnlySpan<byte> line, out long size, out int digits)
    {
        size = 0;
        for (digits = 0; digits < line.Length && char.IsAsciiHexDigit((char)line[digits]); digits++)
        {
            if (size >> 59 != 0) return HttpRules.ChunkTooLarge;
            size = (size << 4) | (uint)HttpChars.HexValue(line[digits]);
        }

        if (digits == 0) return HttpRules.InvalidChunkSize;
        return digits == line.Length ? null : ChunkExtension.Check(line[digits..]);
    }

    private bool TryData(ref SequenceReader<byte> input, long maxData, out ReadOnlySequence<byte> data)
    {
        long length = Math.Min(Math.Min(_left, maxData), input.Remaining);
        data = input.UnreadSequence.Slice(0, length);
        if (length == 0) return false;

        if (_trace is not null) Mark(data);
        input.Advance(length);
        _offset += length;
        _left -= length;
        if (_left == 0) _at = At.DataEnd;
        return true;
    }

    private bool TryDataEnd(ref SequenceReader<byte> input)
    {
        if (!input.TryPeek(out byte first)) return false;
        bool hasSecond = input.TryPeek(1, out byte second);
        if (first != HttpChars.CR || (hasSecond && second != HttpChars.LF)) _broken = HttpRules.InvalidChunkEnd;
        if (_broken is not null || !hasSecond) return false;

        input.Advance(2);
        MarkLineEnd(WireParts.LineEnd);
        _at = At.Size;
        return true;
    }

    // trailer-section = *( field-line CRLF )
    private bool TryTrailer(ref SequenceReader<byte> input)
    {
        if (!TryFindLine(ref input, _limits.MaxTrailerBytes - (_trailers?.Length ?? 0), out int length)) return false;

        if (length > 0)
        {
            _trailers ??= new TrailerSection(_limits);
            _broken = _trailers.Add(ref input, length, _offset, _trace);
            _offset += length;
        }

        if (_broken is not null) return false;
        input.Advance(2);
        MarkLineEnd(length > 0 ? WireParts.LineEnd : WireParts.HeadEnd);
        if (length == 0) _at = At.End;
        return true;
    }

    /// <summary>
    /// Finds the CRLF of the line that begins here, of at most <paramref name="max"/> bytes. What was looked at before is not looked at
    /// again, but for a CR that was the last byte.
    /// </summary>
    private bool TryFindLine(ref SequenceReader<byte> input, int max, out int length)
    {
        length = 0;
        SequenceReader<byte> ahead = input;
        ahead.Advance(_looked);
        while (!ahead.End)
        {
            // The CR of the longest line that is allowed stands at the last place that is looked at.
            ReadOnlySpan<byte> span = ahead.UnreadSpan[..(int)Math.Min(ahead.UnreadSpan.Length, max + 1L - _looked)];
            int end = span.IndexOfAny(HttpChars.CR, HttpChars.LF);
            int passed = end < 0 ? span.Length : end;
            _looked += passed;
            ahead.Advance(passed);
            if (_looked > max) _broken = TooLong;
            if (_broken is not null) return false;
            if (end >= 0) return TryEndLine(ahead, out length);
        }

        return false;
    }

    private bool TryEndLine(in SequenceReader<byte> ahead, out int length)
    {
        length = (int)_looked;
        ahead.TryPeek(out byte first);
        bool hasSecond = ahead.TryPeek(1, out byte second);
        if (first == HttpChars.LF) _broken = BareEnd(HttpRules.BareLineFeed);
        else if (hasSecond && second != HttpChars.LF) _broken = BareEnd(HttpRules.BareCarriageReturn);
        if (_broken is not null || !hasSecond) return false;
        _looked = 0;
        return true;
    }

    private readonly ProtocolRule TooLong => _at == At.Size ? HttpRules.ChunkExtensionsTooLarge : HttpRules.TrailersTooLarge;

    // A line end that RFC 9112 §2.2 lets a recipient repair in a field line, it does not in the line of a chunk: each has its own rule.
    private readonly ProtocolRule BareEnd(ProtocolRule inTrailers) => _at == At.Size ? HttpRules.InvalidChunkLineEnd : inTrailers;

    private readonly void Mark(ReadOnlySpan<byte> line, int digits, long size)
    {
        _trace!.Mark(size == 0 ? WireParts.LastChunk : WireParts.ChunkSize, _offset, line[..digits]);
        if (digits < line.Length) _trace.Mark(WireParts.ChunkExtension, _offset + digits, line[digits..]);
        _trace.Mark(WireParts.LineEnd, _offset + line.Length, "\r\n"u8);
    }

    private readonly void Mark(in ReadOnlySequence<byte> data)
    {
        long offset = _offset;
        foreach (ReadOnlyMemory<byte> part in data)
        {
            if (!part.IsEmpty) _trace!.Mark(WireParts.ChunkData, offset, part.Span);
            offset += part.Length;
        }
    }

    private void MarkLineEnd(WirePart part)
    {
        _trace?.Mark(part, _offset, "\r\n"u8);
        _offset += 2;
    }
}
