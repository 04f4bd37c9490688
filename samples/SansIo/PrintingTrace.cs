using System.Text;
using Minimal.Http.Wire;

/// <summary>Prints each span as a parser passes it: where it stands, what its bytes are, how the RFC calls it and where.</summary>
internal sealed class PrintingTrace : WireTrace
{
    private const int Shown = 24;

    /// <summary>Where in the input begins what the parser counts from.</summary>
    public long Origin { get; set; }

    public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes)
    {
        string hex = Convert.ToHexString(bytes[..Math.Min(3, bytes.Length)]);
        string text = Encoding.Latin1.GetString(bytes[..Math.Min(Shown, bytes.Length)]).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
        Console.WriteLine($"> {Origin + offset,4}  {hex,-6}  {text,-Shown}  {part.Name,-15} {part.Section}");
    }
}
