namespace Minimal.Testing;

/// <summary>An input worth keeping: it went where none before it had gone.</summary>
internal sealed class FuzzEntry(byte[] input, IReadOnlyList<int> features)
{
    public byte[] Input => input;

    /// <summary>Where it went; see <see cref="CoverageMap.Features"/>.</summary>
    public IReadOnlyList<int> Features => features;

    /// <summary>For so many features it is the shortest input that has them.</summary>
    public int Best { get; set; }

    /// <summary>How often it was chosen.</summary>
    public int Chosen { get; set; }
}
