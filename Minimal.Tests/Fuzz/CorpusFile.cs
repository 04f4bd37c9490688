using Minimal.Testing;

namespace Minimal.Fuzz;

/// <summary>A corpus as a text file: a line of escaped bytes for each input, shorter ones first. Lines that begin with <c>#</c> are comments.</summary>
internal static class CorpusFile
{
    /// <summary>The inputs; none when there is no file.</summary>
    public static IReadOnlyList<byte[]> Read(string path) => File.Exists(path)
        ? [.. File.ReadLines(path).Where(line => !line.StartsWith('#')).Select(EscapedBytes.Parse)]
        : [];

    /// <summary>Writes the inputs, each once.</summary>
    public static void Write(string path, IEnumerable<byte[]> inputs)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        IEnumerable<string> lines = inputs.Select(input => Escape(input)).Distinct().OrderBy(line => line.Length).ThenBy(line => line, StringComparer.Ordinal);
        File.WriteAllText(path, string.Concat(lines.Select(line => line + "\n")));
    }

    // An input that begins as a comment does.
    private static string Escape(byte[] input) => input is [(byte)'#', ..] ? $@"\x23{EscapedBytes.Write(input.AsSpan(1))}" : EscapedBytes.Write(input);
}
