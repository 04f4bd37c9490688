using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>Where a lenient reading is in the bytes, what it is allowed, and what it did so far that others do not.</summary>
internal sealed class LensCursor(ReadOnlyMemory<byte> bytes, LensLeniency leniencies)
{
    private readonly List<LensTurn> _turns = [];
    private int _turnsBefore;

    public ReadOnlySpan<byte> Bytes => bytes.Span;

    public ReadOnlySpan<byte> Rest => bytes.Span[At..];

    public int At { get; set; }

    public IReadOnlyList<LensTurn> Turns => _turns;

    public bool IsRefused => _turns is [.., { Broken: not null }];

    /// <summary>From here on turns belong to the next head.</summary>
    public void BeginHead() => _turnsBefore = _turns.Count;

    public bool Has(LensLeniency leniency) => (leniencies & leniency) != 0;

    /// <summary>Whether this reading reads on at that byte, by that leniency.</summary>
    public bool Allows(LensLeniency leniency, int at)
    {
        // Who is lenient with a field lets Transfer-Encoding win: else each such reading would refuse what it is known for letting through.
        bool followsFromAnother = leniency == LensLeniency.CodingOverLength && _turns.Count > _turnsBefore;
        if (!Has(leniency) && !followsFromAnother) return false;
        _turns.Add(new LensTurn(at, leniency, null));
        return true;
    }

    /// <summary>Refuses; the answer is false always.</summary>
    public bool Refuse(ProtocolRule rule, int at)
    {
        _turns.Add(new LensTurn(at, LensLeniency.None, rule));
        return false;
    }

    /// <summary>Reads a line of a head or of trailers.</summary>
    /// <returns>False when it is refused, or not all there.</returns>
    public bool TryLine(out int start, out ReadOnlySpan<byte> line)
    {
        start = At;
        line = default;
        int length = Rest.IndexOfAny(HttpChars.CR, HttpChars.LF);
        if (length < 0) return false;
        int end = LineEndLength(At + length);
        line = Rest[..length];
        if (end > 0) At += length + end;
        return end > 0;
    }

    /// <summary>The length of the line end at that byte, which is CR or LF; 0 when it is refused or not all there.</summary>
    private int LineEndLength(int at)
    {
        if (Bytes[at] == HttpChars.LF) return Allows(LensLeniency.BareLineFeed, at) || Refuse(HttpRules.BareLineFeed, at) ? 1 : 0;
        if (at + 1 == Bytes.Length) return 0;
        if (Bytes[at + 1] == HttpChars.LF) return 2;
        return Allows(LensLeniency.BareCarriageReturn, at) || Refuse(HttpRules.BareCarriageReturn, at) ? 1 : 0;
    }
}
