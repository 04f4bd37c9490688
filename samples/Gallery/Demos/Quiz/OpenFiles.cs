using System.Globalization;

namespace Minimal.Gallery.Demos.Quiz;

/// <summary>How many files, and so sockets, this process may have open.</summary>
internal static class OpenFiles
{
    private const string Limits = "/proc/self/limits", Row = "Max open files";

    /// <summary>Null where it is not known or not bounded. The runtime has raised it already as far as it may.</summary>
    public static long? Limit => File.Exists(Limits) ? Read(File.ReadLines(Limits)) : null;

    // Max open files            1024                 524288               files
    internal static long? Read(IEnumerable<string> lines)
    {
        string? row = lines.FirstOrDefault(line => line.StartsWith(Row, StringComparison.Ordinal));
        string[]? columns = row?[Row.Length..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return columns is [string soft, ..] && long.TryParse(soft, NumberStyles.None, CultureInfo.InvariantCulture, out long limit) ? limit : null;
    }
}
