using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generators and shrinker for event streams.</summary>
public static class SseStreamGen
{
    /// <summary>Streams of up to some dozen lines, with all three line ends, comments, and fields that clients ignore.</summary>
    public static Gen<SseStreamModel> Valid { get; } =
        from mark in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        from lines in Gen.Frequency((5, Field()), (3, Gen.Constant(SseLineModel.Dispatch)), (1, Comment())).ListOf()
        from ends in Gen.ArrayOf(LineEnd(), lines.Count)
        select new SseStreamModel(mark, Apart([.. lines.Zip(ends, (line, end) => line with { End = end })]));

    /// <summary>Nearly valid streams: valid ones with a mutation or a few.</summary>
    public static Gen<Mutant<SseStreamModel>> NearlyValid { get; } =
        MutantGen.Of(Valid.Where(stream => stream.Lines.Count > 0), (3, SseMutations.OfFields), (2, SseMutations.OfLines));

    /// <summary>Fewer lines, then simpler ones; always a stream that follows the grammar.</summary>
    public static IEnumerable<SseStreamModel> Shrink(SseStreamModel stream)
    {
        if (stream.HasByteOrderMark) yield return stream with { HasByteOrderMark = false };
        foreach (IReadOnlyList<SseLineModel> lines in Shrinking.List(stream.Lines, Shrink)) yield return stream with { Lines = Apart(lines) };
    }

    private static Gen<SseLineModel> Field() =>
        from field in Gen.OneOf(
            Named("data", SseTextGen.WholeLine),
            Named("event", SseTextGen.WholeLine),
            Named("id", SseTextGen.WholeLine.Select(line => line.Replace("\0", "", StringComparison.Ordinal))),
            Named("retry", Gen.Choose(0, int.MaxValue).Select(number => $"{number}")),
            Named("unknown", SseTextGen.WholeLine))
        from separator in Gen.Frequency((4, Gen.Constant(": ")), (2, Gen.Constant(":")), (1, Gen.Constant("")))
        select Separate(field, separator);

    private static Gen<SseLineModel> Named(string name, Gen<string> values) => values.Select(value => new SseLineModel(name, value));

    private static Gen<SseLineModel> Comment() => SseTextGen.WholeLine.Select(text => new SseLineModel("", text, ":"));

    private static Gen<string> LineEnd() => Gen.Frequency((3, Gen.Constant("\n")), (1, Gen.Constant("\r\n")), (1, Gen.Constant("\r")));

    // Without a separator there is no value, and a value that begins with a space needs a space of its own.
    private static SseLineModel Separate(SseLineModel field, string separator) => separator switch
    {
        "" => field with { Value = "", Separator = "" },
        ":" when field.Value.StartsWith(' ') => field,
        _ => field with { Separator = separator },
    };

    // A CR and the LF of an empty line behind it would be one line end.
    private static IReadOnlyList<SseLineModel> Apart(IReadOnlyList<SseLineModel> lines) =>
        [.. lines.Select((line, n) => line.End == "\r" && n + 1 < lines.Count && lines[n + 1] is { IsDispatch: true, End: "\n" } ? line with { End = "\n" } : line)];

    private static IEnumerable<SseLineModel> Shrink(SseLineModel line)
    {
        if (line.End != "\n") yield return line with { End = "\n" };
        if (line.Name is not null && line.Value.Length > 0 && line.Name != "retry") yield return line with { Value = "" };
        if (line.Name is not null && line.Value.Length > 1 && line.Name != "retry") yield return line with { Value = "a" };
        if (line.Name == "retry" && line.Value.Length > 1) yield return line with { Value = "0" };
    }
}
