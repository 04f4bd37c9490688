using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>
/// Collects what a parser marks. Neighbours of the same part become one mark, so that a body which came in ten reads
/// looks like one which came in one, and the marks are the same at every split. Not thread-safe.
/// </summary>
public sealed class RecordingTrace : WireTrace
{
    private readonly List<WireMark> _marks = [];

    /// <summary>The marks in the order in which they came, neighbours of the same part joined.</summary>
    public IReadOnlyList<WireMark> Marks => _marks;

    /// <summary>Where the last mark ends; 0 before the first.</summary>
    public long End => _marks.Count == 0 ? 0 : _marks[^1].End;

    /// <inheritdoc />
    public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes)
    {
        if (_marks.Count > 0 && _marks[^1] is { } last && last.Part == part && last.End == offset)
        {
            _marks[^1] = last with { Bytes = (byte[])[.. last.Bytes.Span, .. bytes] };
            return;
        }

        _marks.Add(new WireMark(part, offset, bytes.ToArray()));
    }

    /// <summary>Demands that the marks cover <paramref name="input"/>: each byte once, in order, and as the byte it is.</summary>
    /// <exception cref="CheckFailedException">There is a hole, an overlap, a byte that is not the input's, or bytes without a mark at the end.</exception>
    public void CheckCovers(ReadOnlySpan<byte> input)
    {
        CheckBegins(input);
        if (End != input.Length) throw new CheckFailedException($"{input.Length - End} bytes from {End} have no mark.\n{this}");
    }

    /// <summary>Demands that the marks cover the beginning of <paramref name="input"/>, as far as they go.</summary>
    /// <exception cref="CheckFailedException">There is a hole, an overlap, or a byte that is not the input's.</exception>
    public void CheckBegins(ReadOnlySpan<byte> input)
    {
        long end = 0;
        foreach (WireMark mark in _marks)
        {
            if (mark.Bytes.IsEmpty) throw new CheckFailedException($"An empty mark: {mark}\n{this}");
            if (mark.Offset != end)
            {
                throw new CheckFailedException($"A mark begins at {mark.Offset}, the one before ends at {end}: {mark}\n{this}");
            }

            if (mark.End > input.Length || !input[(int)mark.Offset..(int)mark.End].SequenceEqual(mark.Bytes.Span))
            {
                throw new CheckFailedException($"A mark shows bytes that the input does not have there: {mark}\n{this}");
            }

            end = mark.End;
        }
    }

    /// <summary>The annotated listing of the marks; see <see cref="WireListing"/>.</summary>
    public string ToListing(bool fromServer = false) => WireListing.Write(_marks, fromServer);

    /// <summary>The annotated listing.</summary>
    public override string ToString() => ToListing();
}
