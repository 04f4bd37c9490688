using System.Globalization;

namespace Minimal.Http.Wire;

/// <summary>
/// What a span of bytes is: its name, the section that defines it, and one sentence of what it is for.
/// The catalogues are <see cref="WireParts"/> and its siblings in the other libraries.
/// </summary>
/// <param name="Name">The grammar's name for it, in the RFC's spelling: <c>request-target</c>.</param>
/// <param name="Section">Where it is defined: <c>RFC 9112 §3.2</c>.</param>
/// <param name="Sentence">What it is for, as one sentence without a full stop.</param>
/// <param name="SentenceZh">The same sentence in Chinese; empty where nobody has written it.</param>
public sealed record WirePart(string Name, string Section, string Sentence, string SentenceZh = "")
{
    /// <summary>The sentence in a person's language: Chinese for every culture of <c>zh</c>, else English.</summary>
    public string In(CultureInfo culture)
    {
        ArgumentNullException.ThrowIfNull(culture);
        return culture.TwoLetterISOLanguageName == "zh" && SentenceZh.Length > 0 ? SentenceZh : Sentence;
    }
}

/// <summary>
/// Receives the name of each span that a parser or writer passes, in the order of the bytes, without overlap.
/// Null means off everywhere; the cost is then one branch for each element, never for each byte.
/// </summary>
public abstract class WireTrace
{
    /// <summary>Names a span. <paramref name="bytes"/> is valid only during the call.</summary>
    /// <param name="part">What the bytes are.</param>
    /// <param name="offset">Where they begin, counted from the beginning of what the parser was given.</param>
    /// <param name="bytes">The bytes themselves; not empty.</param>
    public abstract void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes);
}
