namespace Minimal.Http.Diagnostics;

/// <summary>
/// Reads one body, or one direction of an upgraded connection, as it comes in pieces of any size. What it names must not depend on the
/// pieces, and it must not throw whatever the bytes are. Not thread-safe.
/// </summary>
public abstract class WireContentReader
{
    /// <summary>
    /// Takes the next bytes and names what became clear with them. What it does not name yet waits; it must keep what it needs of that itself.
    /// </summary>
    /// <param name="bytes">Valid only during the call; not empty.</param>
    /// <param name="spans">Where it names them, from the first that has no name yet.</param>
    public abstract void Read(ReadOnlySpan<byte> bytes, WireContentSpans spans);

    /// <summary>The content is over. What has no name after this gets that of its surroundings.</summary>
    /// <param name="spans">Where to name what waited.</param>
    public abstract void End(WireContentSpans spans);
}
