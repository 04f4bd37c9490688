using System.Text;

namespace Minimal.Testing;

/// <summary>The values for which a property does not hold.</summary>
/// <param name="Seed">Brings it back, as the value of <see cref="PropertyCheck.SeedVariable"/>.</param>
/// <param name="Tests">Which test it was, counted from one.</param>
/// <param name="First">The arguments that were generated.</param>
/// <param name="Smallest">The arguments after shrinking.</param>
/// <param name="Cause">What the property threw for the smallest; null if it returned false.</param>
public sealed record Counterexample(ulong Seed, int Tests, IReadOnlyList<object> First, IReadOnlyList<object> Smallest, Exception? Cause)
{
    private const int TextShown = 2000;

    /// <summary>The report for a person: the smallest arguments with bytes escaped, the cause, the first arguments, the seed.</summary>
    public override string ToString()
    {
        var text = new StringBuilder();
        text.Append($"The property does not hold: test {Tests} failed.\n");
        foreach (object argument in Smallest) text.Append($"    {Describe(argument)}\n");
        if (Cause is not null) text.Append($"because: {Cause.Message}\n");
        if (!First.SequenceEqual(Smallest))
        {
            text.Append("before it was made small:\n");
            foreach (object argument in First) text.Append($"    {Describe(argument)}\n");
        }

        return text.Append($"to run it again: {PropertyCheck.SeedVariable}={Seed}").ToString();
    }

    private static string Describe(object? argument) => argument switch
    {
        byte[] bytes => EscapedBytes.Write(bytes, TextShown),
        ReadOnlyMemory<byte> bytes => EscapedBytes.Write(bytes.Span, TextShown),
        _ => $"{argument}",
    };
}
