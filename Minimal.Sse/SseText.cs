using System.Numerics;
using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>What a field may contain and where a line ends: the same for characters and for the bytes of UTF-8.</summary>
internal static class SseText
{
    // end-of-line = ( cr lf / cr / lf )
    /// <summary>The end of a line that <paramref name="rest"/> begins with, as far as it is there.</summary>
    public static ReadOnlySpan<T> EndOfLine<T>(ReadOnlySpan<T> rest) where T : unmanaged, IBinaryInteger<T> =>
        rest.StartsWith([CarriageReturn<T>(), LineFeed<T>()]) ? rest[..2] : rest[..1];

    /// <summary>
    /// Takes the first line off <paramref name="rest"/>; false when no line end is left, and the rest is the last line. So
    /// text that ends in a line end has an empty last line, and empty text is one empty line.
    /// </summary>
    /// <remarks>Not <c>EnumerateLines</c>, which also ends lines where the standard does not, as at U+0085 and U+2028.</remarks>
    public static bool TakeLine<T>(ref ReadOnlySpan<T> rest, out ReadOnlySpan<T> line) where T : unmanaged, IBinaryInteger<T>
    {
        line = default;
        int length = rest.IndexOfAny(CarriageReturn<T>(), LineFeed<T>());
        if (length < 0) return false;

        line = rest[..length];
        rest = rest[(length + EndOfLine(rest[length..]).Length)..];
        return true;
    }

    /// <summary>Throws unless <paramref name="type"/> can be an event type. NUL may be in it: it is an any-char, and only an ID is read otherwise for it.</summary>
    public static void RequireType<T>(ReadOnlySpan<T> type, string argument) where T : unmanaged, IBinaryInteger<T>
    {
        if (HasLineBreak(type)) throw Refuse(SseRules.LineBreakInType, argument);
    }

    /// <summary>Throws unless <paramref name="id"/> can be an event ID.</summary>
    public static void RequireId<T>(ReadOnlySpan<T> id, string argument) where T : unmanaged, IBinaryInteger<T>
    {
        if (HasLineBreak(id)) throw Refuse(SseRules.LineBreakInId, argument);
        if (id.Contains(T.Zero)) throw Refuse(SseRules.NulInId, argument);
    }

    /// <summary>Throws unless <paramref name="retry"/> can be written in digits.</summary>
    public static void RequireRetry(TimeSpan retry, string argument)
    {
        if (retry < TimeSpan.Zero) throw Refuse(SseRules.NegativeRetry, argument);
    }

    private static bool HasLineBreak<T>(ReadOnlySpan<T> text) where T : unmanaged, IBinaryInteger<T> =>
        text.ContainsAny(CarriageReturn<T>(), LineFeed<T>());

    private static T CarriageReturn<T>() where T : unmanaged, IBinaryInteger<T> => T.CreateTruncating('\r');

    private static T LineFeed<T>() where T : unmanaged, IBinaryInteger<T> => T.CreateTruncating('\n');

    private static ArgumentException Refuse(ProtocolRule rule, string argument) => new(rule.ToString(), argument);
}
