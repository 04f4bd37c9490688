using System.Buffers;
using System.Buffers.Text;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>
/// Writes the lines of a stream, each into one span of the output. A comment is a field whose name is empty. Values
/// have been checked: they contain no line break.
/// </summary>
internal struct SseLineWriter(IBufferWriter<byte> output, WireTrace? trace)
{
    private SseMarks _marks = new(trace);

    // field = 1*name-char [ colon [ space ] *any-char ] end-of-line
    // The space is always written, so that a value may begin with one.
    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        Span<byte> line = Begin(name, value.Length, out Span<byte> place);
        value.CopyTo(place);
        Finish(line);
    }

    // A surrogate without its other half is written as U+FFFD.
    public void Field(ReadOnlySpan<byte> name, ReadOnlySpan<char> value)
    {
        Span<byte> line = Begin(name, Encoding.UTF8.GetByteCount(value), out Span<byte> place);
        Encoding.UTF8.GetBytes(value, place);
        Finish(line);
    }

    public void Fields(ReadOnlySpan<byte> name, ReadOnlySpan<byte> lines)
    {
        while (SseText.TakeLine(ref lines, out ReadOnlySpan<byte> line)) Field(name, line);
        Field(name, lines);
    }

    public void Fields(ReadOnlySpan<byte> name, ReadOnlySpan<char> lines)
    {
        while (SseText.TakeLine(ref lines, out ReadOnlySpan<char> line)) Field(name, line);
        Field(name, lines);
    }

    public void Retry(TimeSpan retry)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(retry.Ticks / TimeSpan.TicksPerMillisecond, digits, out int length);
        Field("retry"u8, digits[..length]);
    }

    public void Padding(int length)
    {
        Span<byte> line = Begin([], length, out Span<byte> place);
        place.Fill((byte)' ');
        Finish(line);
    }

    public void EmptyLine()
    {
        Span<byte> line = output.GetSpan(1)[..1];
        line[0] = (byte)'\n';
        Finish(line);
    }

    private readonly Span<byte> Begin(ReadOnlySpan<byte> name, int valueLength, out Span<byte> place)
    {
        int start = name.Length + 2;
        Span<byte> line = output.GetSpan(start + valueLength + 1)[..(start + valueLength + 1)];
        name.CopyTo(line);
        ": "u8.CopyTo(line[name.Length..]);
        place = line[start..^1];
        line[^1] = (byte)'\n';
        return line;
    }

    private void Finish(ReadOnlySpan<byte> line)
    {
        _marks.Line(line[..^1], line[^1..]);
        output.Advance(line.Length);
    }
}
