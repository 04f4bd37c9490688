namespace Minimal.Http.Wire;

/// <summary>The extensions behind a chunk's size (RFC 9112 §7.1.1): checked to be well-formed, and then ignored.</summary>
internal static class ChunkExtension
{
    // chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
    public static ProtocolRule? Check(ReadOnlySpan<byte> text)
    {
        // What stands directly behind the size, and is no extension, belongs to no size either.
        if (text.TrimStart(" \t"u8) is not [(byte)';', ..]) return HttpRules.InvalidChunkSize;

        while (!text.IsEmpty)
        {
            text = text.TrimStart(" \t"u8);
            if (text is not [(byte)';', ..]) return HttpRules.InvalidChunkExtension;
            if (!TryName(ref text) || !TryValue(ref text)) return HttpRules.InvalidChunkExtension;
        }

        return null;
    }

    // chunk-ext-name = token
    private static bool TryName(ref ReadOnlySpan<byte> text)
    {
        text = text[1..].TrimStart(" \t"u8);
        int length = HttpChars.TokenLength(text);
        text = text[length..];
        return length > 0;
    }

    // chunk-ext-val = token / quoted-string
    private static bool TryValue(ref ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = text.TrimStart(" \t"u8);
        if (rest is not [(byte)'=', ..]) return true;

        rest = rest[1..].TrimStart(" \t"u8);
        int length = rest is [(byte)'"', ..] ? QuotedLength(rest) : HttpChars.TokenLength(rest);
        text = rest[length..];
        return length > 0;
    }

    /// <summary>The length of the quoted string that begins here; 0 when it is malformed.</summary>
    // quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
    private static int QuotedLength(ReadOnlySpan<byte> text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '"') return i + 1;
            if (text[i] == '\\') i++;
            if (i < text.Length && HttpChars.IndexOfControl(text.Slice(i, 1)) >= 0) return 0;
        }

        return 0;
    }
}
