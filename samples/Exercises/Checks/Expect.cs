using System.Diagnostics.CodeAnalysis;
using Minimal.Testing;

namespace Exercises.Checks;

/// <summary>What a check demands; what it got instead is shown with its line ends.</summary>
internal static class Expect
{
    /// <summary>The text has that part.</summary>
    public static void Contains(string text, string part, string why)
    {
        if (!text.Contains(part, StringComparison.Ordinal)) Fail($"{why}\nwanted: {Shown(part)}\nin:     {Shown(text)}");
    }

    /// <summary>The text does not have that part.</summary>
    public static void Lacks(string text, string part, string why)
    {
        if (text.Contains(part, StringComparison.Ordinal)) Fail($"{why}\nnot wanted: {Shown(part)}\nin:         {Shown(text)}");
    }

    /// <summary>Both are the same.</summary>
    public static void Same(string wanted, string got, string why)
    {
        if (wanted != got) Fail($"{why}\nwanted: {Shown(wanted)}\ngot:    {Shown(got)}");
    }

    /// <summary>It is so.</summary>
    public static void True(bool isSo, string why)
    {
        if (!isSo) Fail(why);
    }

    /// <summary>The check does not pass.</summary>
    [DoesNotReturn]
    public static void Fail(string why) => throw new CheckFailedException(why);

    private static string Shown(string text) =>
        text.Length == 0 ? "(nothing)" : text.Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
