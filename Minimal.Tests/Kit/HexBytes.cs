using System.Globalization;
using Minimal.Http.Diagnostics;

namespace Minimal.Testing;

/// <summary>
/// Bytes as pairs of hexadecimal digits, for protocols that are not text: <c>81 05 "Hello"   # one text frame</c>.
/// Quoted text stands for its bytes, with the escapes of <see cref="EscapedBytes"/>; a comment goes from <c>#</c> to the end of the line.
/// </summary>
public static class HexBytes
{
    /// <summary>Reads hexadecimal text of any number of lines.</summary>
    /// <exception cref="FormatException">Something is neither a pair of digits, nor quoted, nor a comment; the message shows the line.</exception>
    public static byte[] Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        using var bytes = new MemoryStream();
        foreach (string line in text.Split('\n')) ParseLine(line.TrimEnd('\r'), bytes);
        return bytes.ToArray();
    }

    /// <summary>The first bytes as pairs of digits; where some are left out, the text ends with <c>…</c>.</summary>
    public static string Write(ReadOnlySpan<byte> bytes, int most) => WireText.Hex(bytes, most);

    internal static bool TryParsePair(string text, int at, out byte value)
    {
        value = 0;
        return at + 2 <= text.Length && byte.TryParse(text.AsSpan(at, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value);
    }

    private static void ParseLine(string line, MemoryStream bytes)
    {
        int at = 0;
        while (at < line.Length && line[at] != '#')
        {
            if (char.IsWhiteSpace(line[at])) at++;
            else if (line[at] == '"') bytes.Write(ParseQuoted(line, ref at));
            else bytes.WriteByte(ParsePair(line, ref at));
        }
    }

    private static byte[] ParseQuoted(string line, ref int at)
    {
        int end = line.IndexOf('"', at + 1);
        if (end < 0) throw new FormatException($"a quote has no end: {line}");
        byte[] bytes = EscapedBytes.Parse(line[(at + 1)..end]);
        at = end + 1;
        return bytes;
    }

    private static byte ParsePair(string line, ref int at)
    {
        if (!TryParsePair(line, at, out byte value)) throw new FormatException($"no pair of hexadecimal digits at character {at}: {line}");
        at += 2;
        return value;
    }
}
