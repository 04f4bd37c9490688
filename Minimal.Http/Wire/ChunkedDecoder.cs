using System.Buffers;

namespace Minimal.Http.Wire;

/// <summary>
/// Reads the chunked transfer coding (RFC 9112 §7.1), at any split of the input and without copying data. Assign
/// <c>new</c> to read another body.
/// </summary>
public struct ChunkedDecoder
{
    private enum At
    {
        Size,
        Data,
        DataEnd,
        Trailers,
        End,
    }

    private readonly HttpLimits _limits;
    private readonly WireTrace? _trace;
    private At _at;
    private long _left;
    private long _offset;
    private int _looked;
    private int _extensionBytes;
    private TrailerSection? _trailers;

    /// <summary>A decoder for one body.</summary>
    /// <param name="limits">How long extensions and trailers may be.</param>
    /// <param name="trace">Receives the name of each span, with offsets from the beginning of the body.</param>
    public ChunkedDecoder(HttpLimits limits, WireTrace? trace = null)
    {
        _limits = limits;
        _trace = trace;
    }

    /// <summary>The fields behind the last chunk, once the body is complete; null when there are none (§7.1.2). They are never merged into the head.</summary>
    public readonly HttpFields? Trailers => _trailers?.Fields;

    /// <summary>Reads on, until data is found, the body ends or the input does.</summary>
    /// <inheritdoc cref="Read(ref SequenceReader{byte}, long, out ReadOnlySequence{byte}, out ProtocolRule?)" />
    public ParseStatus Read(ref SequenceReader<byte> input, out ReadOnlySequence<byte> data, out ProtocolRule? broken) =>
        Read(ref input, long.MaxValue, out data, out broken);

    /// <summary>Reads on, until data is found, the body ends or the input does.</summary>
    /// <param name="input">Advanced behind what was read. What is left of it comes again with the next input in front.</param>
    /// <param name="maxData">No more data than this is taken at a time; it is positive.</param>
    /// <param name="data">A piece of the content, part of the input; empty when the answer is not accompanied by any.</param>
    /// <param name="broken">The rule, when the answer is <see cref="ParseStatus.Invalid"/>.</param>
    /// <returns>
    /// <see cref="ParseStatus.Complete"/> behind the trailers; <see cref="ParseStatus.NeedMore"/> with data: call again; without: more input is needed.
    /// </returns>
    public ParseStatus Read(ref SequenceReader<byte> input, long maxData, out ReadOnlySequence<byte> data, out ProtocolRule? broken)
    {
        data = default;
        broken = null;
        while (true)
        {
            ParseStatus status = _at switch
            {
                At.Size => ReadSize(ref input, out broken),            // chunk-size [ chunk-ext ] CRLF
                At.Data => ReadData(ref input, maxData, out data),     // chunk-data, returned as a slice: nothing is copied
                At.DataEnd => ReadDataEnd(ref input, out broken),      // CRLF
                At.Trailers => ReadTrailers(ref input, out broken),    // trailer-section CRLF
                _ => ParseStatus.Complete,
            };

            if (status != ParseStatus.Complete || _at == At.End || !data.IsEmpty) return _at == At.End ? status : Unfinished(status);
        }
    }

    private static ParseStatus Unfinished(ParseStatus status) => status == ParseStatus.Invalid ? status : ParseStatus.NeedMore;

    private ParseStatus ReadSize(ref SequenceReader<byte> input, out ProtocolRule? broken)
    {
        ParseStatus status = FindLine(ref input, _limits.MaxChunkLineBytes, HttpRules.ChunkExtensionsTooLarge, out int length, out broken);
        if (status != ParseStatus.Complete) return status;

        ReadOnlySpan<byte> line = Take(ref input, length);
        broken = ParseSizeLine(line, out long size, out int digits);
        if (broken is not null) return ParseStatus.Invalid;

        // All extensions together are bounded too, for a body may have any number of chunks (§7.1.1).
        _extensionBytes += length - digits;
        if (_extensionBytes > _limits.MaxChunkExtensionBytes)
        {
            broken = HttpRules.ChunkExtensionsTooLarge;
            return ParseStatus.Invalid;
        }

        if (_trace is not null) Mark(line, digits, size);
        _offset += length + 2;
        _left = size;
        _at = size == 0 ? At.Trailers : At.Data;
        return ParseStatus.Complete;
    }

    // chunk-size = 1*HEXDIG
    private static ProtocolRule? ParseSizeLine(ReadOnlySpan<byte> line, out long size, out int digits)
    {
        size = 0;
        for (digits = 0; digits < line.Length && char.IsAsciiHexDigit((char)line[digits]); digits++)
        {
            if (size >> 59 != 0) return HttpRules.ChunkTooLarge;
            size = (size << 4) | (uint)Digit(line[digits]);
        }

        if (digits == 0) return HttpRules.InvalidChunkSize;
        return digits == line.Length ? null : ChunkExtension.Check(line[digits..]);
    }

    private static int Digit(byte hex) => hex <= '9' ? hex - '0' : (hex | 0x20) - 'a' + 10;

    private ParseStatus ReadData(ref SequenceReader<byte> input, long maxData, out ReadOnlySequence<byte> data)
    {
        long length = Math.Min(Math.Min(_left, maxData), input.Remaining);
        data = input.UnreadSequence.Slice(0, length);
        if (length == 0) return ParseStatus.NeedMore;

        if (_trace is not null)
        {
            long offset = _offset;
            foreach (ReadOnlyMemory<byte> part in data)
            {
                if (!part.IsEmpty) _trace.Mark(WireParts.ChunkData, offset, part.Span);
                offset += part.Length;
            }
        }

        input.Advance(length);
        _offset += length;
        _left -= length;
        if (_left == 0) _at = At.DataEnd;
        return ParseStatus.Complete;
    }

    private ParseStatus ReadDataEnd(ref SequenceReader<byte> input, out ProtocolRule? broken)
    {
        broken = null;
        if (!input.TryPeek(out byte first)) return ParseStatus.NeedMore;
        bool hasSecond = input.TryPeek(1, out byte second);
        if (first != HttpChars.CR || (hasSecond && second != HttpChars.LF))
        {
            broken = HttpRules.InvalidChunkEnd;
            return ParseStatus.Invalid;
        }

        if (!hasSecond) return ParseStatus.NeedMore;
        input.Advance(2);
        _trace?.Mark(WireParts.LineEnd, _offset, "\r\n"u8);
        _offset += 2;
        _at = At.Size;
        return ParseStatus.Complete;
    }

    // trailer-section = *( field-line CRLF )
    private ParseStatus ReadTrailers(ref SequenceReader<byte> input, out ProtocolRule? broken)
    {
        while (true)
        {
            int left = _limits.MaxTrailerBytes - (_trailers?.Length ?? 0);
            ParseStatus status = FindLine(ref input, left, HttpRules.TrailersTooLarge, out int length, out broken);
            if (status != ParseStatus.Complete) return status;
            if (length == 0) break;

            _trailers ??= new TrailerSection(_limits);
            broken = _trailers.Add(Take(ref input, length), _offset, _trace);
            if (broken is not null) return ParseStatus.Invalid;
            _offset += length + 2;
        }

        input.Advance(2);
        _trace?.Mark(WireParts.HeadEnd, _offset, "\r\n"u8);
        _at = At.End;
        return ParseStatus.Complete;
    }

    /// <summary>Finds the CRLF of the line that begins here; what was looked at before is not looked at again.</summary>
    private ParseStatus FindLine(ref SequenceReader<byte> input, int max, ProtocolRule tooLong, out int length, out ProtocolRule? broken)
    {
        length = 0;
        broken = null;
        SequenceReader<byte> ahead = input;
        ahead.Advance(_looked);
        while (!ahead.End)
        {
            // The CR of the longest line that is allowed stands at the last place that is looked at.
            ReadOnlySpan<byte> span = ahead.UnreadSpan[..Math.Min(ahead.UnreadSpan.Length, max + 1 - _looked)];
            int at = span.IndexOfAny(HttpChars.CR, HttpChars.LF);
            if (at < 0)
            {
                _looked += span.Length;
                if (_looked > max) broken = tooLong;
                if (broken is not null) return ParseStatus.Invalid;
                ahead.Advance(span.Length);
                continue;
            }

            ahead.Advance(at);
            _looked += at;
            if (span[at] == HttpChars.CR && !ahead.TryPeek(1, out _)) return ParseStatus.NeedMore;
            if (span[at] != HttpChars.CR || !ahead.TryPeek(1, out byte next) || next != HttpChars.LF)
            {
                broken = HttpRules.InvalidChunkLineEnd;
                return ParseStatus.Invalid;
            }

            length = _looked;
            _looked = 0;
            return ParseStatus.Complete;
        }

        return ParseStatus.NeedMore;
    }

    /// <summary>The line that <see cref="FindLine"/> found, contiguous; the input goes on behind its CRLF.</summary>
    private static ReadOnlySpan<byte> Take(ref SequenceReader<byte> input, int length)
    {
        ReadOnlySpan<byte> line = input.UnreadSpan;
        if (line.Length < length) line = input.UnreadSequence.Slice(0, length).ToArray();
        input.Advance(length + 2);
        return line[..length];
    }

    private readonly void Mark(ReadOnlySpan<byte> line, int digits, long size)
    {
        _trace!.Mark(size == 0 ? WireParts.LastChunk : WireParts.ChunkSize, _offset, line[..digits]);
        if (digits < line.Length) _trace.Mark(WireParts.ChunkExtension, _offset + digits, line[digits..]);
        _trace.Mark(WireParts.LineEnd, _offset + line.Length, "\r\n"u8);
    }
}
