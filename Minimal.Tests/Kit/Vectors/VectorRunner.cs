using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>Runs a vector whole, at every two-way split, byte by byte, at random splits, and with other bytes behind it.</summary>
public static class VectorRunner
{
    private static readonly byte[][] Tails =
    [
        "\r\n"u8.ToArray(), "x"u8.ToArray(), [0x00, 0xFF], "GET /behind HTTP/1.1\r\nHost: behind\r\n\r\n"u8.ToArray(),
    ];

    /// <summary>Runs the vector and demands what it expects.</summary>
    /// <exception cref="CheckFailedException">
    /// The answer is not the expected one, depends on how the bytes arrive or on what comes behind them, or the spans are not those of the input.
    /// </exception>
    public static void Check(Vector vector, VectorDriver driver)
    {
        ArgumentNullException.ThrowIfNull(vector);
        VectorReport report = Run(vector, driver);
        if (vector.Expected is null) throw new CheckFailedException($"{vector}\nhas no expect block. It gives:\n{report}");
        if (report.Satisfies(vector.Expected)) return;

        string input = EscapedBytes.Write(vector.Input.Span, most: 400);
        throw new CheckFailedException($"{vector}\n{input}\nshould give\n{vector.Expected}\nbut gives\n{report}");
    }

    /// <summary>Runs the vector and says what came of it, whatever it expects.</summary>
    /// <exception cref="CheckFailedException">As for <see cref="Check"/>, but for the expectation.</exception>
    public static VectorReport Run(Vector vector, VectorDriver driver)
    {
        ArgumentNullException.ThrowIfNull(vector);
        ArgumentNullException.ThrowIfNull(driver);
        VectorReport report = RunOnce([vector.Input], driver);
        Splits.Run(vector.Input, segments => RunOnce(segments, driver).ToString());
        if (!driver.TakesAll && report.Verdict != "need more") RunWithBytesBehind(vector, driver, report);
        return report;
    }

    private static void RunWithBytesBehind(Vector vector, VectorDriver driver, VectorReport alone)
    {
        foreach (byte[] tail in Tails)
        {
            byte[] joined = [.. vector.Input.Span, .. tail];
            foreach (Split split in new[] { Splits.Whole(joined), Splits.At(joined, vector.Input.Length), Splits.ByteByByte(joined) })
            {
                VectorReport report = RunOnce(split.Segments, driver);
                if ($"{report}" != $"{alone}") throw new CheckFailedException($"{vector}\nalone gives\n{alone}\nbut as {split}\ngives\n{report}");
            }
        }
    }

    private static VectorReport RunOnce(IReadOnlyList<ReadOnlyMemory<byte>> segments, VectorDriver driver)
    {
        var trace = new RecordingTrace();
        VectorOutcome outcome = driver.Parse(segments, trace);
        CheckSpans(segments, trace, outcome);
        return VectorReport.Of(trace, outcome, driver.FromServer);
    }

    private static void CheckSpans(IReadOnlyList<ReadOnlyMemory<byte>> segments, RecordingTrace trace, VectorOutcome outcome)
    {
        byte[] input = Segments.Join(segments);
        try
        {
            trace.CheckBegins(input);
            bool hasSpans = trace.Marks.Count > 0;
            if (hasSpans && outcome.Status == ParseStatus.Complete) trace.CheckCovers(input.AsSpan(0, (int)outcome.Consumed));
        }
        catch (CheckFailedException wrong)
        {
            throw new CheckFailedException($"In {new Split("segments", segments)}\n{wrong.Message}", wrong);
        }
    }
}
