using FsCheck;
using FsCheck.Fluent;
using Minimal.Sse;

namespace Minimal.Tests.Sse;

/// <summary>A stream, made of tokens so that a counterexample shrinks to few of them, and where it is cut.</summary>
internal sealed record CutStream(byte[][] Tokens, int[] Cuts)
{
    public byte[] Bytes => [.. Tokens.SelectMany(token => token)];

    public IReadOnlyList<byte[]> Pieces
    {
        get
        {
            byte[] bytes = Bytes;
            int[] ends = [.. Cuts.Select(cut => cut % (bytes.Length + 1)).Order(), bytes.Length];
            return [.. ends.Select((end, i) => bytes[(i == 0 ? 0 : ends[i - 1])..end])];
        }
    }

    public override string ToString() => string.Join(" | ", Pieces.Select(Convert.ToHexString));
}

/// <summary>Streams and events in which everything that means something is likely.</summary>
internal static class SseGenerators
{
    private static readonly Gen<byte[]> LineEnd = Gen.Elements("\n", "\n", "\r", "\r\n").Select(SseStreams.Bytes);

    private static readonly Gen<byte[]> FieldStart = Gen.Elements(
        "data", "data:", "data: ", "event:", "event: ", "id:", "id: ", "id", "retry:", "retry: ", ":", ": ",
        "Data:", "data :", " data:", "id :", "Event:", "retry:+", "foo:", "d").Select(SseStreams.Bytes);

    private static readonly Gen<byte[]> Value = Gen.Elements(
        "x", "y:z", " ", "  x", "\t", "0", "7", "15", "99999999999999999999", "\0", "1\0", ":", "data:",
        "\u00EF\u00BB\u00BF", "\u00EF\u00BB", "\u00BF", "\u00C3\u00A9", "\u00E2\u0082", "\u00AC", "\u00F0\u009F\u0098\u0080", "\u00F0\u009F", "\u00C0\u0080", "\u00FF")
        .Select(SseStreams.Bytes);

    private static readonly Gen<byte[]> AnyByte = Gen.Choose(0, 255).Select(value => new[] { (byte)value });

    /// <summary>Arbitrary bytes, biased to what an event stream is made of.</summary>
    public static Arbitrary<CutStream> Streams { get; } = Arb.From(
        from bom in Gen.Frequency((3, Gen.Constant("")), (2, Gen.Constant("\u00EF\u00BB\u00BF")), (1, Gen.Constant("\u00EF\u00BB")))
        from tokens in Gen.Frequency((6, LineEnd), (5, FieldStart), (4, Value), (1, AnyByte)).ListOf()
        from cuts in Gen.Choose(0, 10_000).ListOf(4)
        select new CutStream([SseStreams.Bytes(bom), .. tokens], [.. cuts]),
        Shrink);

    private static readonly Gen<string> Character = Gen.Frequency(
        (6, Gen.Elements("a", "b", ":", " ", "0", "data: ", "id: ")),
        (3, Gen.Elements("\t", "\0", "\u0085", "\u2028", "\uFEFF", "é", "€", "😀", "\uD83D", "\uDE00")));

    private static readonly Gen<string> Line = Character.ListOf().Select(string.Concat);

    private static readonly Gen<string> Data = Gen.Frequency((3, Character), (2, Gen.Elements("\n", "\r", "\r\n"))).ListOf().Select(string.Concat);

    private static readonly Gen<string?> Id = Gen.Frequency(
        (2, Gen.Constant<string?>(null)),
        (1, Gen.Constant<string?>("")),
        (4, Line.Select(line => (string?)line.Replace("\0", "", StringComparison.Ordinal))));

    private static readonly Gen<string?> EventType = Gen.Frequency((2, Gen.Constant<string?>(null)), (3, Line.Select(line => (string?)line)));

    private static readonly Gen<TimeSpan?> Retry = Gen.Frequency(
        (3, Gen.Constant<TimeSpan?>(null)),
        (1, Gen.Choose(0, int.MaxValue).Select(milliseconds => (TimeSpan?)TimeSpan.FromMilliseconds(milliseconds))));

    /// <summary>Events that a writer accepts, one behind the other.</summary>
    public static Arbitrary<SseEvent[]> Events { get; } = Arb.From(
        (from data in Data
         from type in EventType
         from id in Id
         from retry in Retry
         select new SseEvent(data, type, id, retry)).ListOf().Select(events => events.ToArray()),
        events => events.Select((_, i) => events.Where((_, j) => j != i).ToArray()));

    private static IEnumerable<CutStream> Shrink(CutStream stream) =>
        stream.Tokens.Select((_, i) => stream with { Tokens = [.. stream.Tokens.Where((_, j) => j != i)] })
            .Concat(stream.Cuts.Select((_, i) => stream with { Cuts = [.. stream.Cuts.Where((_, j) => j != i)] }));
}
