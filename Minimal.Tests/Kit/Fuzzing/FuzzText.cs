namespace Minimal.Testing;

/// <summary>Cuts text-like input into tokens.</summary>
internal static class FuzzText
{
    private enum Kind
    {
        Word,
        Digit,
        Space,
        LineEnd,
        Other,
    }

    /// <summary>Where a token begins: letters, digits, white space and line ends stay together, any other byte stands alone.</summary>
    public static IReadOnlyList<int> Tokens(ReadOnlySpan<byte> input)
    {
        var begins = new List<int>();
        for (int at = 0; at < input.Length; at++)
        {
            Kind kind = KindOf(input[at]);
            if (at == 0 || kind == Kind.Other || kind != KindOf(input[at - 1])) begins.Add(at);
        }

        return begins;
    }

    private static Kind KindOf(byte value) => value switch
    {
        >= (byte)'0' and <= (byte)'9' => Kind.Digit,
        (byte)'\r' or (byte)'\n' => Kind.LineEnd,
        (byte)' ' or (byte)'\t' => Kind.Space,
        _ when char.IsAsciiLetter((char)value) => Kind.Word,
        _ => Kind.Other,
    };
}
