using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>
/// Interprets an event stream (HTML §9.2.6) as its bytes come in, in pieces of any size: the events are the same however
/// the stream is cut. A line that lies whole in the input is read where it lies. One parser serves the life of a client: it
/// keeps the last event ID and the reconnection time from one stream to the next. It never throws on input. Not thread-safe;
/// a mutable struct, so keep it in a field or pass it by reference.
/// </summary>
public struct SseParser
{
    private readonly SseLimits? _limits;
    private SseMarks _marks;
    private At _at;
    private ByteBuffer _line;

    // The three buffers of a stream,
    private ByteBuffer _data;
    private ByteBuffer _eventType;
    private ByteBuffer _lastEventIdBuffer;

    // and what outlives it.
    private ByteBuffer _lastEventId;

    /// <summary>A parser in front of a stream's first byte.</summary>
    /// <param name="limits">How much is held; null means <see cref="SseLimits.Default"/>.</param>
    /// <param name="lastEventId">The ID that the stream was asked to go on from; empty means none.</param>
    /// <param name="trace">Receives the name of each span, from offset 0 in each stream; null means off.</param>
    /// <exception cref="ArgumentException">The ID contains CR, LF or NUL, so no stream can have brought it.</exception>
    public SseParser(SseLimits? limits = null, string lastEventId = "", WireTrace? trace = null)
    {
        SseText.RequireId<char>(lastEventId, nameof(lastEventId));
        _limits = limits;
        _marks = new SseMarks(trace);
        _lastEventId.Set(Encoding.UTF8.GetBytes(lastEventId));
        _lastEventIdBuffer.Set(_lastEventId.Bytes);
    }

    private enum At { StreamStart, Line, AfterCarriageReturn }

    /// <summary>The rule that the stream broke; null while it breaks none.</summary>
    public ProtocolRule? Broken { get; private set; }

    /// <summary>
    /// The ID to ask for when the stream is opened again; empty means none. It follows the stream's <c>id</c> fields at the
    /// end of each event, also of one that has no data and is not handed out. Each call decodes it anew.
    /// </summary>
    public readonly string LastEventId => Encoding.UTF8.GetString(_lastEventId.Bytes);

    /// <summary>How long to wait before the stream is opened again; null until a stream says it. Takes effect with its line.</summary>
    public TimeSpan? ReconnectionTime { get; private set; }

    private readonly SseLimits Limits => _limits ?? SseLimits.Default;

    /// <summary>
    /// Reads on, up to the end of one event. <see cref="ParseStatus.Complete"/>: an event, and there may be more in the
    /// input; call again. <see cref="ParseStatus.NeedMore"/>: the input is used up, and no event ended in it.
    /// <see cref="ParseStatus.Invalid"/>: <see cref="Broken"/> says why, until <see cref="End"/>.
    /// </summary>
    /// <param name="input">The bytes; left behind the last one that was used. None of them is needed afterwards.</param>
    /// <param name="dispatched">The event; valid until the next call.</param>
    public ParseStatus Read(ref SequenceReader<byte> input, out SseEventBytes dispatched)
    {
        dispatched = default;

        // The LF of a line that broke a rule still belongs to that line, wherever the cut is.
        while ((Broken is null || _at == At.AfterCarriageReturn) && !input.End)
        {
            bool isEvent = _at switch
            {
                At.StreamStart => ReadByteOrderMark(ref input),
                At.AfterCarriageReturn => ReadLineFeed(ref input),
                _ => ReadLine(ref input, out dispatched),
            };
            if (isEvent) return ParseStatus.Complete;
        }

        return Broken is null ? ParseStatus.NeedMore : ParseStatus.Invalid;
    }

    /// <summary>
    /// Says that the stream has ended: what is pending is discarded, an event without its empty line among it (HTML §9.2.6).
    /// The parser then stands in front of a new stream.
    /// </summary>
    public void End()
    {
        _marks.Mark(SseParts.Unfinished, _line.Bytes);
        _marks.Restart();
        _at = At.StreamStart;
        _line.Clear();
        _data.Clear();
        _eventType.Clear();

        // To the letter this buffer begins empty, and the first event without an ID would make the client forget where it
        // stands. Browsers begin with the ID they asked for; so do we.
        _lastEventIdBuffer.Set(_lastEventId.Bytes);
        Broken = null;
    }

    // stream = [ bom ] *event
    // What looked like a mark and is none is the beginning of the first line, and lies in its buffer already.
    private bool ReadByteOrderMark(ref SequenceReader<byte> input)
    {
        ReadOnlySpan<byte> mark = [0xEF, 0xBB, 0xBF];
        while (_line.Length < mark.Length && input.IsNext(mark[_line.Length], advancePast: true))
        {
            _line.Append(mark.Slice(_line.Length, 1));
        }

        if (_line.Length < mark.Length && input.End) return false;
        if (_line.Length == mark.Length)
        {
            _marks.Mark(SseParts.ByteOrderMark, _line.Bytes);
            _line.Clear();
        }

        _at = At.Line;
        return false;
    }

    // end-of-line = ( cr lf / cr / lf )
    // A CR ends its line at once, for to wait for an LF would hold back an event that is complete.
    private bool ReadLineFeed(ref SequenceReader<byte> input)
    {
        if (input.IsNext((byte)'\n', advancePast: true)) _marks.RestOfLineEnd();
        _at = At.Line;
        return false;
    }

    private bool ReadLine(ref SequenceReader<byte> input, out SseEventBytes dispatched)
    {
        dispatched = default;
        ReadOnlySpan<byte> unread = input.UnreadSpan;
        int found = unread.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = found < 0 ? unread : unread[..found];
        if (_line.Length + (long)line.Length > Limits.MaxLineBytes) return Break(SseRules.LineTooLong);

        if (found < 0) return Keep(line, ref input);

        ReadOnlySpan<byte> end = SseText.EndOfLine(unread[found..]);
        input.Advance(found + end.Length);
        _at = end is [(byte)'\r'] ? At.AfterCarriageReturn : At.Line;

        line = Whole(line);
        _marks.Line(line, end);
        return Interpret(line, out dispatched);
    }

    private bool Keep(ReadOnlySpan<byte> beginning, ref SequenceReader<byte> input)
    {
        _line.Append(beginning);
        input.Advance(beginning.Length);
        return false;
    }

    // A line that began in an earlier piece is put together in the buffer; any other stays where it lies.
    private ReadOnlySpan<byte> Whole(ReadOnlySpan<byte> rest)
    {
        if (_line.Length == 0) return rest;
        _line.Append(rest);
        ReadOnlySpan<byte> line = _line.Bytes;
        _line.Clear();
        return line;
    }

    // From here on the standard's own steps, in its order and with its names.

    private bool Interpret(ReadOnlySpan<byte> line, out SseEventBytes dispatched)
    {
        dispatched = default;

        // If the line is empty: dispatch the event.
        if (line.IsEmpty) return Dispatch(out dispatched);

        // If it starts with a colon: ignore it.
        int colon = line.IndexOf((byte)':');
        if (colon == 0) return false;

        // If it contains a colon: the field's name is in front of the first one, its value behind it, less one space.
        // Otherwise: the whole line is the field's name, and its value is empty.
        ReadOnlySpan<byte> field = colon < 0 ? line : line[..colon];
        ReadOnlySpan<byte> value = colon < 0 ? [] : line[(colon + 1)..];
        Process(field, value is [(byte)' ', ..] ? value[1..] : value);
        return false;
    }

    // Names are compared as they are, case and all. To compare bytes is enough: what is not UTF-8 equals no name.
    private void Process(ReadOnlySpan<byte> field, ReadOnlySpan<byte> value)
    {
        if (field.SequenceEqual("event"u8)) _eventType.Set(value);
        else if (field.SequenceEqual("data"u8)) AppendData(value);
        else if (field.SequenceEqual("id"u8)) SetLastEventId(value);
        else if (field.SequenceEqual("retry"u8)) SetReconnectionTime(value);

        // Otherwise: the field is ignored.
    }

    private void AppendData(ReadOnlySpan<byte> value)
    {
        if (_data.Length + value.Length + 1L > Limits.MaxEventBytes)
        {
            Break(SseRules.EventTooLong);
            return;
        }

        _data.Append(value);
        _data.Append("\n"u8);
    }

    private void SetLastEventId(ReadOnlySpan<byte> value)
    {
        if (!value.Contains((byte)0)) _lastEventIdBuffer.Set(value);
    }

    private void SetReconnectionTime(ReadOnlySpan<byte> value)
    {
        if (value.IsEmpty || value.ContainsAnyExceptInRange((byte)'0', (byte)'9')) return;

        long longest = (long)Limits.MaxReconnectionTime.TotalMilliseconds;
        long milliseconds = 0;
        foreach (byte digit in value) milliseconds = Math.Min((10 * milliseconds) + (digit - '0'), longest);
        ReconnectionTime = TimeSpan.FromMilliseconds(milliseconds);
    }

    private bool Dispatch(out SseEventBytes dispatched)
    {
        // 1. The last event ID takes the value of its buffer, which keeps it.
        _lastEventId.Set(_lastEventIdBuffer.Bytes);

        // 2. If the data buffer is empty there is no event, and the type is forgotten.
        dispatched = default;
        bool isEvent = _data.Length > 0;

        // 3. Remove the data's last LF.  4. to 6. Make the event.
        if (isEvent) dispatched = new SseEventBytes(_data.Bytes[..^1], _eventType.Bytes, _lastEventId.Bytes);

        // 7. The data and the event type are empty again.  8. Hand the event out.
        _data.Clear();
        _eventType.Clear();
        return isEvent;
    }

    // The beginning of a line that is too long is dropped: it depends on the cut how much of it there is.
    private bool Break(ProtocolRule rule)
    {
        Broken = rule;
        _line.Clear();
        return false;
    }
}
