using System.Globalization;
using System.Text;
using Minimal.Http.Diagnostics;

namespace Minimal.Testing;

/// <summary>
/// Bytes as one line of text that shows each of them: <c>GET / HTTP/1.1\r\n</c>. Escapes are <c>\r \n \t \0 \\ \}</c>,
/// <c>\xHH</c> for any byte, and <c>\{8000 a}</c> for a text that is repeated. Other characters stand for their UTF-8.
/// </summary>
public static class EscapedBytes
{
    /// <summary>Writes bytes as text that <see cref="Parse"/> reads back; what is not printable ASCII is escaped.</summary>
    public static string Write(ReadOnlySpan<byte> bytes)
    {
        var text = new StringBuilder(bytes.Length);
        foreach (byte value in bytes) text.Append(Escape(value));
        return text.ToString();
    }

    /// <summary>Writes bytes as text of at most <paramref name="most"/> characters; where some are left out, it ends with <c>…</c>.</summary>
    public static string Write(ReadOnlySpan<byte> bytes, int most) => WireText.Escape(bytes, most);

    /// <summary>Reads escaped text.</summary>
    /// <exception cref="FormatException">An escape is none of those above; the message says where.</exception>
    public static byte[] Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        int at = 0;
        byte[] bytes = ParseUntil(text, ref at, end: null);
        return bytes;
    }

    private static string Escape(byte value) => value switch
    {
        (byte)'\r' => @"\r",
        (byte)'\n' => @"\n",
        (byte)'\t' => @"\t",
        (byte)'\\' => @"\\",
        0 => @"\0",
        >= 0x20 and < 0x7F => ((char)value).ToString(),
        _ => $@"\x{value:X2}",
    };

    private static byte[] ParseUntil(string text, ref int at, char? end)
    {
        using var bytes = new MemoryStream();
        while (at < text.Length && text[at] != end)
        {
            if (text[at] == '\\')
            {
                bytes.Write(ParseEscape(text, ref at));
                continue;
            }

            Rune rune = Rune.GetRuneAt(text, at);
            bytes.Write(Encoding.UTF8.GetBytes(rune.ToString()));
            at += rune.Utf16SequenceLength;
        }

        return bytes.ToArray();
    }

    private static byte[] ParseEscape(string text, ref int at)
    {
        int start = at;
        char kind = at + 1 < text.Length ? text[at + 1] : '\0';
        at += 2;
        return kind switch
        {
            'r' => "\r"u8.ToArray(),
            'n' => "\n"u8.ToArray(),
            't' => "\t"u8.ToArray(),
            '0' => [0],
            '\\' or '}' => [(byte)kind],
            'x' => [ParseHex(text, start, ref at)],
            '{' => ParseRepeat(text, start, ref at),
            _ => throw Wrong(text, start),
        };
    }

    private static byte ParseHex(string text, int start, ref int at)
    {
        if (!HexBytes.TryParsePair(text, at, out byte value)) throw Wrong(text, start);
        at += 2;
        return value;
    }

    // "\{" count SP text "}"
    private static byte[] ParseRepeat(string text, int start, ref int at)
    {
        int space = text.IndexOf(' ', at);
        if (space < 0 || !int.TryParse(text.AsSpan(at, space - at), NumberStyles.None, CultureInfo.InvariantCulture, out int count))
        {
            throw Wrong(text, start);
        }

        at = space + 1;
        byte[] once = ParseUntil(text, ref at, end: '}');
        if (at == text.Length) throw Wrong(text, start);
        at++;
        return [.. Enumerable.Repeat(once, count).SelectMany(bytes => bytes)];
    }

    private static FormatException Wrong(string text, int start) =>
        new($"no escape begins at character {start}: {text.AsSpan(start, Math.Min(12, text.Length - start))}");
}
