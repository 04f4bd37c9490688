using System.Buffers;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>Tells JSON from other text (RFC 8259). Total: what is published is mostly no JSON, which is no reason to throw.</summary>
internal static class JsonText
{
    // Eight levels less than what common parsers take: a message stands some levels deep in the answer that brings it, and must not
    // keep a client from reading the others.
    private const int MaxDepth = 56;

    // unescaped = %x20-21 / %x23-5B / %x5D-10FFFF: what ends a run of it
    private static readonly SearchValues<byte> EndsOfRun = SearchValues.Create([.. HttpChars.Controls[..^1], (byte)'"', (byte)'\\']);

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>Whether a text is one JSON value, nested no deeper than 56 levels.</summary>
    // JSON-text = ws value ws
    public static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        ReadOnlySpan<byte> text = utf8.Trim(WhiteSpace);
        return TakeValue(ref text, 0) && text.IsEmpty;
    }

    /// <summary>Writes JSON without the line ends that may stand between two tokens; within a string none can.</summary>
    public static void WriteOneLine(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        foreach (Range line in json.SplitAny("\r\n"u8)) output.Write(json[line]);
    }

    // value = false / null / true / object / array / number / string
    private static bool TakeValue(ref ReadOnlySpan<byte> text, int depth) => text is [byte first, ..] && first switch
    {
        (byte)'{' => TakeMembers(ref text, (byte)'}', depth),
        (byte)'[' => TakeMembers(ref text, (byte)']', depth),
        (byte)'"' => TakeString(ref text),
        (byte)'t' => Take(ref text, "true"u8),
        (byte)'f' => Take(ref text, "false"u8),
        (byte)'n' => Take(ref text, "null"u8),
        _ => TakeNumber(ref text),
    };

    // object = "{" [ member *( "," member ) ] "}"
    // array = "[" [ value *( "," value ) ] "]"
    private static bool TakeMembers(ref ReadOnlySpan<byte> text, byte end, int depth)
    {
        if (depth == MaxDepth) return false;
        text = text[1..].TrimStart(WhiteSpace);
        if (Take(ref text, [end])) return true;
        do
        {
            text = text.TrimStart(WhiteSpace);
            if (end == '}' && !TakeName(ref text)) return false;
            if (!TakeValue(ref text, depth + 1)) return false;
            text = text.TrimStart(WhiteSpace);
        }
        while (Take(ref text, ","u8));

        return Take(ref text, [end]);
    }

    // member = string ws ":" ws value, up to the value
    private static bool TakeName(ref ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'"', ..] || !TakeString(ref text)) return false;
        text = text.TrimStart(WhiteSpace);
        if (!Take(ref text, ":"u8)) return false;
        text = text.TrimStart(WhiteSpace);
        return true;
    }

    // string = %x22 *( unescaped / escaped ) %x22
    private static bool TakeString(ref ReadOnlySpan<byte> text)
    {
        text = text[1..];
        while (text.IndexOfAny(EndsOfRun) is >= 0 and int end)
        {
            byte last = text[end];
            text = text[(end + 1)..];
            if (last == '"') return true;
            if (last != '\\' || !TakeEscaped(ref text)) return false;
        }

        return false;
    }

    // escaped = "\" ( %x22 / "\" / "/" / "b" / "f" / "n" / "r" / "t" / "u" 4HEXDIG ), behind the backslash
    private static bool TakeEscaped(ref ReadOnlySpan<byte> text)
    {
        if (text.IsEmpty || !"\"\\/bfnrtu"u8.Contains(text[0])) return false;
        int length = text[0] == 'u' ? 5 : 1;
        if (text.Length < length || HttpChars.HexLength(text[1..length]) < length - 1) return false;
        text = text[length..];
        return true;
    }

    // number = [ "-" ] int [ frac ] [ exp ]; int = "0" / digit1-9 *DIGIT; frac = "." 1*DIGIT; exp = ( "e" / "E" ) [ "-" / "+" ] 1*DIGIT
    private static bool TakeNumber(ref ReadOnlySpan<byte> text)
    {
        Take(ref text, "-"u8);
        if (!Take(ref text, "0"u8) && !TakeDigits(ref text)) return false;
        if (Take(ref text, "."u8) && !TakeDigits(ref text)) return false;
        if (!Take(ref text, "e"u8) && !Take(ref text, "E"u8)) return true;
        if (!Take(ref text, "-"u8)) Take(ref text, "+"u8);
        return TakeDigits(ref text);
    }

    private static bool TakeDigits(ref ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = text.TrimStart("0123456789"u8);
        bool areSome = rest.Length < text.Length;
        text = rest;
        return areSome;
    }

    private static bool Take(ref ReadOnlySpan<byte> text, scoped ReadOnlySpan<byte> word)
    {
        if (!text.StartsWith(word)) return false;
        text = text[word.Length..];
        return true;
    }
}
