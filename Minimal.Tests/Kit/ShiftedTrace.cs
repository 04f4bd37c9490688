using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>
/// Adds a number to every offset: for a parser whose bytes begin inside of a longer input, as those of a body begin behind the head.
/// </summary>
/// <param name="inner">Where the marks go.</param>
/// <param name="by">Where the parser's bytes begin in the input.</param>
public sealed class ShiftedTrace(WireTrace inner, long by) : WireTrace
{
    /// <inheritdoc />
    public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes) => inner.Mark(part, offset + by, bytes);
}
