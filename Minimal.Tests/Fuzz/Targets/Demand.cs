using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.Fuzz.Targets;

/// <summary>What targets demand. Each throws <see cref="CheckFailedException"/> when it does not hold; what stands before the colon tells failures apart.</summary>
internal static class Demand
{
    public static void That(bool holds, string what)
    {
        if (!holds) throw new CheckFailedException(what);
    }

    public static void Same(string expected, string actual, string what)
    {
        if (!string.Equals(expected, actual, StringComparison.Ordinal)) throw new CheckFailedException($"{what}:\n{expected}\nand\n{actual}");
    }

    public static void Same(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual, string what)
    {
        if (!expected.SequenceEqual(actual)) throw new CheckFailedException($"{what}:\n{EscapedBytes.Write(expected)}\nand\n{EscapedBytes.Write(actual)}");
    }

    /// <summary>There are three answers; with the third there is a rule of the table, and with the others none.</summary>
    public static void Answer(ParseStatus status, ProtocolRule? broken, IReadOnlyList<ProtocolRule> rules)
    {
        That(Enum.IsDefined(status), $"a fourth answer: {status}");
        That(status == ParseStatus.Invalid == broken is not null, $"a rule without a refusal, or a refusal without a rule: {status} {broken?.Name}");
        That(broken is null || rules.Contains(broken), $"a rule that is not in the table: {broken?.Name}");
    }

    /// <summary>The marks name the bytes once and in order: all of the first <paramref name="used"/>, and nothing that is not there.</summary>
    public static void Covers(RecordingTrace trace, ReadOnlySpan<byte> input, ParseStatus status, long used)
    {
        if (status == ParseStatus.Complete) trace.CheckCovers(input[..(int)used]);
        else trace.CheckBegins(input);
    }

    /// <summary>The marks as text that is cheap to make: the parts and where they end.</summary>
    public static string Marks(RecordingTrace trace) => string.Join(' ', trace.Marks.Select(mark => $"{mark.Part.Name}@{mark.End}"));
}
