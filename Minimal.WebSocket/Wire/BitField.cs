using Minimal.Http.Wire;

namespace Minimal.WebSocket.Wire;

/// <summary>A field of a frame header that is smaller than a byte.</summary>
/// <param name="Part">What the bits are.</param>
/// <param name="Shift">How many bits of the byte are to the right of them.</param>
/// <param name="Width">How many bits they are.</param>
public readonly record struct BitField(WirePart Part, int Shift, int Width)
{
    /// <summary>The field's value in that byte.</summary>
    public int Of(byte value) => (value >> Shift) & ((1 << Width) - 1);
}
