using System.Text;
using System.Text.RegularExpressions;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Properties;

/// <summary>Parsers with one fault each, mostly one that a real server had: the property that is there to see it does.</summary>
public sealed class RequestPlantedFaults
{
    // A parser that is too kind reads what it is given as if something else had come.
    private static readonly Dictionary<string, ReadRequest> Misreadings = new()
    {
        ["loses bytes beyond ASCII"] = Kind("[\x80-\xFF]", ""),
        ["takes methods in any case"] = Kind("^[^ ]*", match => match.Value.ToUpperInvariant()),
        ["searches the end of a chunked body instead of reaching it"] = Kind("(?<=0\r\n\r\n).*", ""),
        ["shows chunk sizes in lower case"] = Kind("(?<=\r\n[0-9A-F]*)[A-F](?=[0-9A-F]*\r\n)", match => match.Value.ToLowerInvariant()),
        ["marks no white space"] = (segments, trace) =>
            RequestReader.Read(segments, trace: Only(trace, part => part != WireParts.OptionalSpace)),
        ["counts offsets from one"] = (segments, trace) =>
            RequestReader.Read(segments, trace: trace is null ? null : new ShiftedTrace(trace, 1)),
    };

    private static readonly Dictionary<string, ReadRequest> Kindnesses = new()
    {
        ["takes LF for a line end"] = Kind("(?<!\r)\n", "\r\n"),
        ["takes CR CR LF for a line end"] = Kind("\r\r\n", "\r\n"),
        ["passes over NUL"] = Kind("\0", ""),
        ["passes over white space in front of a colon"] = Kind("[ \t]+:", ":"),
        ["unfolds fields"] = Kind("\r\n +(?=folded)", " "),
        ["takes a sign in front of a length"] = Kind("(?<=(?i:content-length):[ \t]*)[+-]", ""),
        ["prefers the coding to the length"] = Kind("(?i)content-length: 3\r\n(?=transfer-encoding)", ""),
        ["takes two Hosts"] = Kind("(?<=\r\n)Host: a\r\n(?=(?i:host):)", ""),
        ["takes any number of spaces in the request line"] = Kind("(?<=^[^\r]*) +", " "),
        ["takes any coding that ends in chunked"] = Kind("xchunked", "chunked"),
        ["cuts chunk sizes to 32 bits"] = Kind("(?<=\r\n)10000000000000000(?=[0-9a-fA-F]+)", ""),
        ["ignores what it does not understand of an extension"] = Kind(";a=\"b|;a\nb|;a=|;(?=\r\n)", ""),
    };

    private static readonly Dictionary<string, ReadRequest> SplitFaults = new()
    {
        ["sees two segments at most"] = (segments, trace) => RequestReader.Read([.. segments.Take(2)], trace: trace),
        ["forgets a CR at the end of a segment"] = (segments, trace) =>
            RequestReader.Read([.. segments.Select(WithoutLastCarriageReturn)], trace: trace),
        ["marks no body that comes in several segments"] = (segments, trace) =>
            RequestReader.Read(segments, trace: segments.Count > 2 ? Only(trace, part => part != WireParts.Body) : trace),
    };

    private static readonly Dictionary<string, ReadRequest> TotalityFaults = new()
    {
        ["throws at a byte that is no text"] = (segments, trace) =>
        {
            _ = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(Segments.Join(segments));
            return RequestReader.Read(segments, trace: trace);
        },
        ["marks line ends as they should be"] = (segments, trace) => RequestReader.Read([.. segments], trace: new Repairing(trace!)),
    };

    public static TheoryData<string> MisreadingNames => [.. Misreadings.Keys];

    public static TheoryData<string> KindnessNames => [.. Kindnesses.Keys];

    public static TheoryData<string> SplitFaultNames => [.. SplitFaults.Keys];

    public static TheoryData<string> TotalityFaultNames => [.. TotalityFaults.Keys];

    [Theory]
    [MemberData(nameof(MisreadingNames))]
    public void A_parser_that_misreads_valid_requests_is_found(string fault) => PropertyCheck.MustFail(
        HttpArbitraries.Requests(), request => RequestProperties.ReadsAsMeant(Misreadings[fault], request), tests: 3000);

    [Theory]
    [MemberData(nameof(KindnessNames))]
    public void A_parser_that_is_too_kind_is_found(string fault) => PropertyCheck.MustFail(
        HttpArbitraries.NearlyRequests(), mutant => RequestProperties.RefusesOrReadsAsTheGrammar(Kindnesses[fault], mutant), tests: 5000);

    [Theory]
    [MemberData(nameof(SplitFaultNames))]
    public void A_parser_that_depends_on_segments_is_found(string fault) => PropertyCheck.MustFail(
        HttpArbitraries.NearlyRequests(), mutant => RequestProperties.IsSplitInvariant(SplitFaults[fault], mutant.ToBytes()));

    [Theory]
    [MemberData(nameof(TotalityFaultNames))]
    public void A_parser_that_has_a_fourth_answer_is_found(string fault) => PropertyCheck.MustFail(Prop.ForAll(
        HttpArbitraries.NearlyRequests(),
        HttpArbitraries.Segmentations(),
        (mutant, cut) => RequestProperties.IsTotal(TotalityFaults[fault], mutant.ToBytes(), cut)));

    private static ReadRequest Kind(string pattern, string replacement) => Kind(pattern, _ => replacement);

    private static ReadRequest Kind(string pattern, MatchEvaluator replacement)
    {
        var regex = new Regex(pattern, RegexOptions.Singleline);
        return (segments, trace) =>
        {
            string text = Encoding.Latin1.GetString(Segments.Join(segments));
            return RequestReader.Read([Encoding.Latin1.GetBytes(regex.Replace(text, replacement))], trace: trace);
        };
    }

    private static ReadOnlyMemory<byte> WithoutLastCarriageReturn(ReadOnlyMemory<byte> segment) =>
        segment.Length > 1 && segment.Span[^1] == '\r' ? segment[..^1] : segment;

    private static Filtered? Only(WireTrace? trace, Func<WirePart, bool> isMarked) => trace is null ? null : new Filtered(trace, isMarked);

    private sealed class Filtered(WireTrace inner, Func<WirePart, bool> isMarked) : WireTrace
    {
        public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes)
        {
            if (isMarked(part)) inner.Mark(part, offset, bytes);
        }
    }

    private sealed class Repairing(WireTrace inner) : WireTrace
    {
        public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes) =>
            inner.Mark(part, offset, part == WireParts.LineEnd ? "\n\n"u8 : bytes);
    }
}
