using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>
/// Where a <see cref="WireContentReader"/> names the bytes of its content. It goes from the first to the last, so each gets one name; where
/// the framing around it divides an element (a line that goes on in the next chunk), the element becomes several spans.
/// </summary>
public abstract class WireContentSpans
{
    private protected WireContentSpans()
    {
    }

    /// <summary>Names the next bytes that have no name yet.</summary>
    /// <param name="part">What they are.</param>
    /// <param name="length">How many; what is more than there are is not counted.</param>
    /// <param name="text">What a person reads; see <see cref="WireSpan.Text"/>.</param>
    /// <param name="bits">The fields within the byte, when it is one.</param>
    /// <param name="broken">The rule that the content breaks here: then the reader is not asked any more, and the rest is not read.</param>
    public abstract void Name(
        WirePart part, int length, string? text = null, IReadOnlyList<WireBits>? bits = null, ProtocolRule? broken = null);

    /// <summary>The content breaks a rule with the next byte that has no name yet: the reader is not asked any more, and the rest is not read.</summary>
    public abstract void Break(ProtocolRule broken);
}
