using System.Buffers;
using System.Text.Json;

namespace Minimal.Http.Topics;

/// <summary>Tells JSON from other text (RFC 8259). Total.</summary>
internal static class JsonText
{
    // Eight levels less than what common parsers take: a message stands some levels deep in the answer that brings it, and must not
    // keep a client from reading the others.
    private const int MaxDepth = 56;

    private static ReadOnlySpan<byte> WhiteSpace => " \t\r\n"u8;

    /// <summary>Whether a text is one JSON value, nested no deeper than 56 levels.</summary>
    public static bool IsJson(ReadOnlySpan<byte> utf8)
    {
        ReadOnlySpan<byte> text = utf8.Trim(WhiteSpace);
        return text is [var first, ..] && first switch
        {
            (byte)'{' => text[^1] == '}' && CanBeRead(text),
            (byte)'[' => text[^1] == ']' && CanBeRead(text),
            (byte)'"' => text.Length > 1 && text[^1] == '"' && CanBeRead(text),
            (byte)'t' => text.SequenceEqual("true"u8),
            (byte)'f' => text.SequenceEqual("false"u8),
            (byte)'n' => text.SequenceEqual("null"u8),
            _ => IsNumber(text),
        };
    }

    /// <summary>Writes JSON without the line ends that may stand between two tokens; within a string none can.</summary>
    public static void WriteOneLine(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        foreach (Range line in json.SplitAny("\r\n"u8)) output.Write(json[line]);
    }

    // The reader throws, so what is plainly something else does not get here.
    private static bool CanBeRead(ReadOnlySpan<byte> text)
    {
        var reader = new Utf8JsonReader(text, new JsonReaderOptions { MaxDepth = MaxDepth });
        try
        {
            while (reader.Read())
            {
                // Only whether it can be read to its end matters.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    // number = [ "-" ] int [ frac ] [ exp ]
    private static bool IsNumber(ReadOnlySpan<byte> text)
    {
        if (text is [(byte)'-', ..]) text = text[1..];
        int digits = Digits(text);
        if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
        text = text[digits..];
        return text.IsEmpty || (text[0] == '.' ? IsFraction(text[1..]) : IsExponent(text));
    }

    // frac = "." 1*DIGIT, and perhaps an exponent behind it
    private static bool IsFraction(ReadOnlySpan<byte> text)
    {
        int digits = Digits(text);
        return digits > 0 && (digits == text.Length || IsExponent(text[digits..]));
    }

    // exp = ( "e" / "E" ) [ "-" / "+" ] 1*DIGIT
    private static bool IsExponent(ReadOnlySpan<byte> text)
    {
        if (text is not [(byte)'e' or (byte)'E', ..]) return false;
        text = text[1..];
        if (text is [(byte)'+' or (byte)'-', ..]) text = text[1..];
        return text.Length > 0 && Digits(text) == text.Length;
    }

    private static int Digits(ReadOnlySpan<byte> text) => text.IndexOfAnyExceptInRange((byte)'0', (byte)'9') is >= 0 and int end ? end : text.Length;
}
