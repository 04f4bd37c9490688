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
        Expectation.Of(AnswerRules.FieldInjected, Arb.From(Injections(aim), request => HttpRequestGen.Shrink(request).Where(smaller => smaller.Target == request.Target)), request => NoInjectedField(aim, request)),
    ];

    private static Gen<HttpRequestModel> Get(Aim aim) => Requests.For(aim).Where(request => request.Method == "GET");

    // The same requests, whole and cut, must have the same answers.
    private static string? SameAnswers(Aim aim, CutRequests cut)
    {
        byte[] whole = aim.AskAsync(Splits.Whole(cut.Bytes)).GetAwaiter().GetResult();
        byte[] inPieces = aim.AskAsync(cut.Split).GetAwaiter().GetResult();
        string expected = Describe(whole), found = Describe(inPieces);
        return expected == found ? null : $"whole: {expected}; cut: {found}";
    }

    private static string? NothingBehindHead(Aim aim, HttpRequestModel request)
    {
        string answer = EscapedBytes.Write(aim.Ask(request.ToBytes()));
        int end = answer.IndexOf(@"\r\n\r\n", StringComparison.Ordinal);
        return end < 0 || end + @"\r\n\r\n".Length == answer.Length ? null : answer;
    }

    private static string? NoInjectedField(Aim aim, HttpRequestModel request)
    {
        byte[] answer = aim.Ask(request.ToBytes());
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
