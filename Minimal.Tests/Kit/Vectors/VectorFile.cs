using System.Text.RegularExpressions;

namespace Minimal.Testing;

/// <summary>
/// A Markdown file of vectors. Below a heading of level two or more: prose, a line <c>Proves:</c>, a fenced block with the
/// bytes, and a fenced block <c>expect</c>. Blocks fenced without a word, or with <c>text</c>, are prose.
/// </summary>
public sealed class VectorFile
{
    private static readonly Regex Fence = new("^(?<ticks>```+)(?<info>[^`]*)$");
    private static readonly Regex Heading = new("^##+ (?<title>.+)$");
    private static readonly Regex Proof = new("^Proves: *(?<ids>.+)$");

    private readonly string[] _lines;
    private readonly Dictionary<string, VectorSection> _sections = [];

    private VectorFile(string name, string text)
    {
        Name = name;
        _lines = text.ReplaceLineEndings("\n").Split('\n');
        Vectors = [.. Sections().Where(section => section.Input is not null).Select(Read)];
    }

    /// <summary>The file's name without folder and ending.</summary>
    public string Name { get; }

    /// <summary>The vectors in the order of the file.</summary>
    public IReadOnlyList<Vector> Vectors { get; }

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">Something in it does not follow the format; the message says under which heading.</exception>
    public static VectorFile Load(string path) => Parse(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path));

    /// <summary>Reads the text of a file.</summary>
    /// <exception cref="FormatException">As for <see cref="Load"/>.</exception>
    public static VectorFile Parse(string name, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new VectorFile(name, text);
    }

    /// <summary>The text of the file with another expectation for one of its vectors, written where it stood, or behind the bytes.</summary>
    public string WithExpectation(string title, VectorReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        VectorSection section = _sections[title];
        int inputEnd = section.Input!.End;
        (int start, int end) = section.Expectation is { } old ? (old.Start, old.End + 1) : (inputEnd + 1, inputEnd + 1);
        string[] separator = section.Expectation is null ? [""] : [];
        return string.Join('\n', [.. _lines[..start], .. separator, "```expect", .. report.Lines, "```", .. _lines[end..]]);
    }

    private IEnumerable<VectorSection> Sections()
    {
        var section = new VectorSection("");
        for (int n = 0; n < _lines.Length; n++)
        {
            if (Fence.Match(_lines[n]) is { Success: true } fence)
            {
                int end = Array.FindIndex(_lines, n + 1, line => line.TrimEnd() == fence.Groups["ticks"].Value);
                if (end < 0) throw new FormatException($"{Name}, line {n + 1}: the block has no end");
                section.Add(new VectorBlock(fence.Groups["info"].Value.Trim(), n, end));
                n = end;
            }
            else if (Heading.Match(_lines[n]) is { Success: true } heading)
            {
                yield return section;
                section = new VectorSection(heading.Groups["title"].Value.Trim());
            }
            else if (Proof.Match(_lines[n]) is { Success: true } proof)
            {
                section.Proves.AddRange(proof.Groups["ids"].Value.Split(',', StringSplitOptions.TrimEntries));
            }
        }

        yield return section;
    }

    private Vector Read(VectorSection section)
    {
        if (!_sections.TryAdd(section.Title, section)) throw new FormatException($"{Name}: two vectors are called {section.Title}");
        try
        {
            VectorReport? expected = section.Expectation is { } block ? VectorReport.Parse(Content(block)) : null;
            (string kind, byte[] input) = ReadInput(section.Input!);
            return new Vector(Name, section.Title, kind, input, section.Proves, expected);
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{Name}: {section.Title}: {wrong.Message}", wrong);
        }
    }

    private (string Kind, byte[] Input) ReadInput(VectorBlock block)
    {
        const string Hex = " hex";
        string[] lines = Content(block);
        bool isHex = block.Info.EndsWith(Hex, StringComparison.Ordinal);
        if (isHex) return (block.Info[..^Hex.Length], HexBytes.Parse(string.Join('\n', lines)));

        string? trailing = Array.Find(lines, line => line.EndsWith(' ') || line.EndsWith('\t'));
        if (trailing is not null) throw new FormatException($@"white space at the end of a line is written \x20 or \t: {trailing}");
        return (block.Info, [.. lines.SelectMany(EscapedBytes.Parse)]);
    }

    private string[] Content(VectorBlock block) => _lines[(block.Start + 1)..block.End];
}
