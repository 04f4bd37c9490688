using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;

namespace Minimal.FuzzYours;

/// <summary>What must come back for valid requests: as many answers as requests, the same at every split, nothing behind HEAD, no line that a client wrote.</summary>
internal static class AnswerExpectations
{
    public static IEnumerable<Expectation> Of(Aim aim) =>
    [
        Expectation.Of(AnswerRules.RequestLost, CutRequests(from first in Get(aim) from second in Get(aim) select new[] { first, second }), cut => SameAnswers(aim, cut)),
        Expectation.Of(AnswerRules.ChunksDependOnReads, CutRequests(Requests.Chunked(aim).Select(request => new[] { request })), cut => SameAnswers(aim, cut)),
        Expectation.Of(AnswerRules.ContentAfterHead, Arb.From(Requests.Head(aim), Requests.Shrink), request => NothingBehindHead(aim, request)),
        Expectation.Of(AnswerRules.FieldInjected, Arb.From(Injections(aim), Requests.Shrink), request => NoInjectedField(aim, request)),
    ];

    private static Gen<HttpRequestModel> Get(Aim aim) => Requests.For(aim).Where(request => request.Method == "GET");

    // The same requests, whole and cut, must have the same answers. Twice, so that a server that was only slow is not blamed.
    private static string? SameAnswers(Aim aim, CutRequests cut) => Difference(aim, cut) is null ? null : Difference(aim, cut);

    private static string? Difference(Aim aim, CutRequests cut)
    {
        string whole = Describe(aim.Ask(Splits.Whole(cut.Bytes), cut.Requests.Count)), inPieces = Describe(aim.Ask(cut.Split, cut.Requests.Count));
        return whole == inPieces ? null : $"whole: {whole}; cut: {inPieces}";
    }

    // The answer to a request behind HEAD must begin where the head of the first one ends.
    private static string? NothingBehindHead(Aim aim, HttpRequestModel request)
    {
        byte[] both = [.. request.ToBytes(), .. (request with { Method = "GET" }).ToBytes()];
        string answer = Encoding.Latin1.GetString(aim.Ask(Splits.Whole(both), bytes => ReceivedResponse.ReadAll(bytes, "HEAD") is [_, { IsWhole: true }]));
        int end = answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + "\r\n\r\n".Length;
        bool isGood = end == answer.Length || answer[end..].StartsWith("HTTP/1.", StringComparison.Ordinal);
        return isGood ? null : EscapedBytes.Write(Encoding.Latin1.GetBytes(answer), most: 200);
    }

    private static string? NoInjectedField(Aim aim, HttpRequestModel request)
    {
        byte[] answer = aim.Ask(Splits.Whole(request.ToBytes()));
        bool isThere = ReceivedResponse.ReadAll(answer).Any(response => response["X-Injected"] is not null);
        return isThere ? EscapedBytes.Write(answer, most: 200) : null;
    }

    // Percent-encoded, so that the request is valid.
    private static Gen<HttpRequestModel> Injections(Aim aim) =>
        from request in Get(aim)
        from lineEnd in Gen.Elements("%0D%0A", "%0d%0a", "%0A")
        select request with { Target = $"{request.Target}{(request.Target.Contains('?', StringComparison.Ordinal) ? '&' : '?')}a=b{lineEnd}X-Injected:%20yes" };

    private static Arbitrary<CutRequests> CutRequests(Gen<HttpRequestModel[]> requests) => Arb.From(
        from all in requests
        let length = all.Sum(request => request.ToBytes().Length)
        from place in Gen.Choose(1, length - 1)
        select new CutRequests(all, place),
        FuzzYours.CutRequests.Shrink);

    private static string Describe(byte[] bytes) =>
        string.Join(" then ", ReceivedResponse.ReadAll(bytes).Select(response => $"{response.Status} \"{EscapedBytes.Write([.. response.Content], most: 40)}\"")) is { Length: > 0 } text ? text : "nothing";
}
