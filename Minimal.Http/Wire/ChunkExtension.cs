namespace Minimal.Http.Wire;

/// <summary>The extensions behind a chunk's size (RFC 9112 §7.1.1): checked to be well-formed, and then ignored.</summary>
internal static class ChunkExtension
{
    /// <summary>Checks all that stands between the digits of the size and the CRLF; not empty.</summary>
    // chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] )
    public static ProtocolRule? Check(ReadOnlySpan<byte> text)
    {
        // What stands directly behind the size, and is no extension, belongs to no size either.
        if (TrimStart(text) is not [(byte)';', ..]) return HttpRules.InvalidChunkSize;
        if (HttpChars.IndexOfControl(text) >= 0) return HttpRules.InvalidChunkExtension;

        while (!text.IsEmpty)
        {
            text = TrimStart(text);
            bool isExtension = text is [(byte)';', ..] && TryName(ref text) && TryValue(ref text);
            if (!isExtension) return HttpRules.InvalidChunkExtension;
        }

        return null;
    }

    // chunk-ext-name = token
    private static bool TryName(ref ReadOnlySpan<byte> text)
    {
        text = TrimStart(text[1..]);
        int length = HttpChars.TokenLength(text);
        text = text[length..];
        return length > 0;
    }

    // chunk-ext-val = token / quoted-string
    private static bool TryValue(ref ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> rest = TrimStart(text);
        if (rest is not [(byte)'=', ..]) return true;

        rest = TrimStart(rest[1..]);
        int length = rest is [(byte)'"', ..] ? QuotedLength(rest) : HttpChars.TokenLength(rest);
        text = rest[length..];
        return length > 0;
    }

    /// <summary>The length of the quoted string that begins here; 0 when it has no end. Control bytes were found before.</summary>
    // quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
    private static int QuotedLength(ReadOnlySpan<byte> text)
    {
        for (int i = 1; i < text.Length; i++)
        {
            if (text[i] == '"') return i + 1;
            if (text[i] == '\\') i++;
        }

        return 0;
    }

    private static ReadOnlySpan<byte> TrimStart(ReadOnlySpan<byte> text) => text[HttpChars.SpaceLength(text)..];
}
