using FsCheck;
using FsCheck.Fluent;
using Minimal.Sse;

namespace Minimal.Testing;

/// <summary>Generator and shrinker for events that a writer accepts.</summary>
public static class SseEventGen
{
    /// <summary>Any data; types and IDs without line ends, IDs without NUL.</summary>
    public static Gen<SseEvent> Valid { get; } =
        from data in SseTextGen.Lines
        from type in Gen.Frequency((2, Gen.Constant<string?>(null)), (3, SseTextGen.Line.Select(line => (string?)line)))
        from id in Id()
        from retry in Retry()
        select new SseEvent(data, type, id, retry);

    /// <summary>Some of them, one behind the other.</summary>
    public static Gen<SseEvent[]> Several { get; } = Valid.ListOf().Select(events => events.ToArray());

    /// <summary>Less data, and none of what may be left out.</summary>
    public static IEnumerable<SseEvent> Shrink(SseEvent e)
    {
        if (e.Type is not null) yield return e with { Type = null };
        if (e.Id is not null) yield return e with { Id = null };
        if (e.Retry is not null) yield return e with { Retry = null };
        foreach (IReadOnlyList<char> data in Shrinking.List<char>([.. e.Data], character => character == 'a' ? [] : ['a']))
        {
            yield return e with { Data = string.Concat(data) };
        }
    }

    /// <summary>Fewer events, then smaller ones.</summary>
    public static IEnumerable<SseEvent[]> Shrink(SseEvent[] events) => Shrinking.List<SseEvent>(events, Shrink).Select(list => list.ToArray());

    private static Gen<string?> Id() => Gen.Frequency(
        (2, Gen.Constant<string?>(null)),
        (1, Gen.Constant<string?>("")),
        (4, SseTextGen.Line.Select(line => (string?)line.Replace("\0", "", StringComparison.Ordinal))));

    private static Gen<TimeSpan?> Retry() => Gen.Frequency(
        (3, Gen.Constant<TimeSpan?>(null)),
        (1, Gen.Choose(0, int.MaxValue).Select(milliseconds => (TimeSpan?)TimeSpan.FromMilliseconds(milliseconds))));
}
