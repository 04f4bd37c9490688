namespace Minimal.Http.Diagnostics;

/// <summary>A way to read requests: the strict one, or one that is lenient in a point.</summary>
/// <param name="Name">A short name, for programs: <c>bare-lf</c>.</param>
/// <param name="Title">The name for people.</param>
/// <param name="Sentence">What this reading does that a strict one does not, as one sentence without a full stop.</param>
/// <param name="Leniencies">In what it is lenient; nothing for the strict reading, which is done by the parsers that serve.</param>
/// <remarks>
/// A reading that was lenient with a field also lets Transfer-Encoding win over Content-Length in the same head, as most servers do; the
/// others refuse both together unless they are about just that.
/// </remarks>
public sealed record LensReading(string Name, LensText Title, LensText Sentence, LensLeniency Leniencies)
{
    /// <summary>The reading of this library: every departure from the grammar is refused.</summary>
    public static LensReading Strict { get; } = new("strict", LensTexts.StrictTitle, LensTexts.StrictSentence, LensLeniency.None);

    /// <summary>The strict reading, then one for each leniency, in the order in which a message is read.</summary>
    public static IReadOnlyList<LensReading> All { get; } =
    [
        Strict,
        Of("bare-lf", LensLeniency.BareLineFeed),
        Of("bare-cr", LensLeniency.BareCarriageReturn),
        Of("fold-joined", LensLeniency.FoldJoined),
        Of("fold-as-field", LensLeniency.FoldAsField),
        Of("space-before-colon", LensLeniency.SpaceBeforeColon),
        Of("odd-field-ignored", LensLeniency.OddFieldIgnored),
        Of("first-length", LensLeniency.FirstLength),
        Of("last-length", LensLeniency.LastLength),
        Of("length-as-in-c", LensLeniency.LengthAsInC),
        Of("coding-over-length", LensLeniency.CodingOverLength),
        Of("length-over-coding", LensLeniency.LengthOverCoding),
        Of("obfuscated-coding", LensLeniency.ObfuscatedCoding),
        Of("unknown-coding-ignored", LensLeniency.UnknownCodingIgnored),
        Of("chunk-size-as-in-c", LensLeniency.ChunkSizeAsInC),
        Of("chunk-size-wraps", LensLeniency.ChunkSizeWraps),
        Of("chunk-line-lf", LensLeniency.ChunkLineFeed),
        Of("lf-in-extension", LensLeniency.LineFeedInExtension),
        Of("chunk-end-unchecked", LensLeniency.ChunkEndUnchecked),
    ];

    /// <summary>The name.</summary>
    public override string ToString() => Name;

    private static LensReading Of(string name, LensLeniency leniency) =>
        new(name, LensTexts.TitleOf(leniency), LensTexts.SentenceOf(leniency), leniency);
}
