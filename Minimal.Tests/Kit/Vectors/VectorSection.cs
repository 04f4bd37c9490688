namespace Minimal.Testing;

/// <summary>A fenced block of a vector file.</summary>
/// <param name="Info">The words behind the opening fence.</param>
/// <param name="Start">The index of the line with the opening fence.</param>
/// <param name="End">The index of the line with the closing fence.</param>
internal sealed record VectorBlock(string Info, int Start, int End);

/// <summary>What stands under one heading of a vector file.</summary>
internal sealed class VectorSection(string title)
{
    public string Title { get; } = title;

    public List<string> Proves { get; } = [];

    public VectorBlock? Input { get; private set; }

    public VectorBlock? Expectation { get; private set; }

    public void Add(VectorBlock block)
    {
        if (block.Info is "" or "text" or "markdown") return;
        bool isExpectation = block.Info == "expect";
        VectorBlock? before = isExpectation ? Expectation : Input;
        if (before is not null) throw new FormatException($"{Title}: a second block of {block.Info}; give it a heading of its own");
        if (isExpectation) Expectation = block;
        else Input = block;
    }
}
