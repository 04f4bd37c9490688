using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>A field that is smaller than a byte, in a span of one byte.</summary>
/// <param name="Part">What the bits are.</param>
/// <param name="Shift">How many bits of the byte are to the right of them.</param>
/// <param name="Width">How many bits they are.</param>
/// <param name="Value">What they say.</param>
public readonly record struct WireBits(WirePart Part, int Shift, int Width, int Value);
