using System.Linq;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>Where two readings part, and why.</summary>
/// <param name="First">One of them.</param>
/// <param name="Second">The other.</param>
/// <param name="Offset">The first byte at which they do different things.</param>
/// <param name="Why">What the second does there, as one sentence without a full stop.</param>
/// <param name="Sentence">What each of them does there, as one sentence without a full stop.</param>
public sealed record LensParting(LensReading First, LensReading Second, long Offset, LensText Why, LensText Sentence);

/// <summary>
/// What several readings make of the same bytes: a row for each, where they part, and what could be smuggled by it
/// (RFC 9112 §11.2). Immutable.
/// </summary>
public sealed class LensTable
{
    internal LensTable(ReadOnlyMemory<byte> bytes, IReadOnlyList<LensRow> rows)
    {
        Bytes = bytes;
        Rows = rows;
        Partings = [.. rows.Skip(1).Select(row => Part(rows[0], row)).OfType<LensParting>()];
        Smuggling = FindSmuggling();
    }

    /// <summary>The bytes; at most <see cref="Lens.MaxBytes"/>.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>A row for each reading, in the order of the readings.</summary>
    public IReadOnlyList<LensRow> Rows { get; }

    /// <summary>For each reading that cuts otherwise than the first: where the two part.</summary>
    public IReadOnlyList<LensParting> Partings { get; }

    /// <summary>Whether all readings cut alike.</summary>
    public bool IsUnambiguous => Partings.Count == 0;

    /// <summary>
    /// Two readings of which the first takes for content what the second takes for a request; null when there are no two such.
    /// </summary>
    public LensParting? Smuggling { get; }

    /// <summary>What the table says all in all, as a sentence without a full stop.</summary>
    public LensText Verdict => Smuggling?.Sentence ?? (IsUnambiguous ? LensTexts.Agreed : LensTexts.Refused);

    /// <summary>Where two rows part; null when they cut alike.</summary>
    public static LensParting? Part(LensRow first, LensRow second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (first.CutsAs(second)) return null;

        int same = 0;
        while (same < first.Turns.Count && same < second.Turns.Count && first.Turns[same] == second.Turns[same]) same++;
        LensTurn? one = first.Turns.ElementAtOrDefault(same), other = second.Turns.ElementAtOrDefault(same);
        long offset = Math.Min(one?.Offset ?? long.MaxValue, other?.Offset ?? long.MaxValue);
        LensText why = other?.Sentence ?? LensTexts.GoesOn;
        LensText sentence = LensTexts.Parting(offset, first.Reading.Title, one?.Sentence ?? LensTexts.GoesOn, second.Reading.Title, why);
        return new LensParting(first.Reading, second.Reading, offset, why, sentence);
    }

    /// <summary>Writes the table for people: the rows, those that cut alike together; where they part; the verdict.</summary>
    public void Write(TextWriter output, LensLanguage language = LensLanguage.English) => new LensWriter(this, output, language).Write();

    /// <summary>The table in English.</summary>
    public override string ToString()
    {
        using var text = new StringWriter { NewLine = "\n" };
        Write(text);
        return text.ToString();
    }

    // What begins as a request for one reading lies inside of a body for another.
    private LensParting? FindSmuggling() =>
        (from front in Rows
         from outer in front.Requests
         where outer.Framing != BodyKind.None
         from back in Rows
         from start in Starts(back)
         where start >= outer.BodyStart && start < outer.End
         select Smuggle(front, outer, back, start)).FirstOrDefault();

    private LensParting Smuggle(LensRow front, LensRequest outer, LensRow back, long start)
    {
        LensText sentence = LensTexts.Smuggled(front.Reading.Title, back.Reading.Title, outer, start, LensWriter.Quote(Bytes.Span[(int)start..]));
        return new LensParting(front.Reading, back.Reading, start, sentence, sentence);
    }

    private static IEnumerable<long> Starts(LensRow row)
    {
        IEnumerable<long> starts = row.Requests.Select(request => request.Start);
        return row.End == LensEnd.HeadUnfinished ? starts.Append(row.EndOffset) : starts;
    }
}
