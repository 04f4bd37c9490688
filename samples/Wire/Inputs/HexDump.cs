using System.Text;
using System.Text.RegularExpressions;

namespace Minimal.WireTool.Inputs;

/// <summary>
/// Bytes as hexadecimal digits: those of xxd, <c>xxd -p</c>, <c>hexdump -C</c>, <c>od -t x1</c> with offsets of any base, or typed by hand. What stands behind
/// <c>#</c> is a comment.
/// </summary>
internal static class HexDump
{
    // xxd: "00000010: 4745 5420 2f20 4854  GET / HT"; the text begins behind two spaces.
    private static readonly Regex WithColon = new(@"^\s*(0x)?(?<offset>[0-9A-Fa-f]{4,16}):\s*(?<digits>(?:[0-9A-Fa-f]{2,} ?)*)(?:\s.*)?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    // hexdump -C: "00000010  47 45 54 20  2f 20 48 54  |GET / HT|", and od the same with no text, or with >GET / HT<; the last line is an offset alone.
    private static readonly Regex WithOffset =
        new(@"^(?<offset>[0-9A-Fa-f]{6,16})(?:\s+(?<digits>(?:[0-9A-Fa-f]{2}\s+)*[0-9A-Fa-f]{2})?\s*(?:[|>].*)?)?$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    private static readonly Regex Plain = new(@"^\s*(?<digits>(?:(?:[0-9A-Fa-f]{2})+\s*)*)$", RegexOptions.CultureInvariant | RegexOptions.NonBacktracking);

    /// <summary>Reads a dump.</summary>
    /// <returns>False when the bytes are none.</returns>
    public static bool TryRead(byte[] file, out byte[] bytes)
    {
        bytes = [];
        if (Array.Exists(file, value => value is not ((>= 0x20 and < 0x7F) or (byte)'\r' or (byte)'\n' or (byte)'\t'))) return false;
        string[] lines = [.. Encoding.ASCII.GetString(file).Split('\n').Select(line => line.Split('#')[0].TrimEnd()).Where(line => line.Length > 0)];
        if (lines.Length == 0) return false;
        return TryRead(lines, WithColon, 16, out bytes)
            || TryRead(lines, WithOffset, 16, out bytes) || TryRead(lines, WithOffset, 8, out bytes) || TryRead(lines, WithOffset, 10, out bytes)
            || TryRead(lines, Plain, 16, out bytes);
    }

    private static bool TryRead(string[] lines, Regex form, int radix, out byte[] bytes)
    {
        using var all = new MemoryStream();
        bytes = [];
        foreach (string line in lines)
        {
            if (form.Match(line) is not { Success: true } match) return false;
            if (match.Groups["offset"] is { Success: true, Value: var offset } && !IsNumber(offset, radix, all.Length)) return false;
            string digits = string.Concat(match.Groups["digits"].Value.Where(character => !char.IsWhiteSpace(character)));
            if (digits.Length % 2 != 0) return false;
            all.Write(Convert.FromHexString(digits));
        }

        bytes = all.ToArray();
        return bytes.Length > 0;
    }

    private static bool IsNumber(string digits, int radix, long number) =>
        digits.TrimStart('0').Equals(Convert.ToString(number, radix).TrimStart('0'), StringComparison.OrdinalIgnoreCase);
}
