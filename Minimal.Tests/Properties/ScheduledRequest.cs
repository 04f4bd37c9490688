using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;

namespace Minimal.Tests.Properties;

/// <summary>How much of a body a handler reads.</summary>
internal enum Reading
{
    Nothing,
    Part,
    All,
}

/// <summary>How a handler answers.</summary>
internal enum Answering
{
    /// <summary>In one piece, behind what it reads.</summary>
    Whole,

    /// <summary>In one piece, before it reads.</summary>
    Early,

    /// <summary>In pieces, each flushed, behind what it reads.</summary>
    Streamed,

    /// <summary>Not: it throws before there is an answer.</summary>
    Fails,

    /// <summary>It throws when the head has left.</summary>
    FailsLate,
}

/// <summary>A valid request and what its handler does: all that is to be known to say what has to come back.</summary>
internal sealed record ScheduledRequest(
    string Method, int BodyBytes, bool IsChunked, bool MayExpect, bool Closes, Reading Reading, Answering Answering, int AnswerBytes, bool Waits, bool Watches)
{
    /// <summary>How much a handler reads that reads a part.</summary>
    public const int PartBytes = 5;

    public static Gen<ScheduledRequest> Generator { get; } =
        from method in Gen.Elements("GET", "POST", "HEAD", "PUT")
        from body in Gen.Frequency((3, Gen.Constant(0)), (4, Gen.Choose(1, 40)), (1, Gen.Choose(100, 4000)))
        from isChunked in Gen.Elements(true, false)
        from mayExpect in Gen.Elements(true, false, false)
        from closes in Gen.Elements(true, false, false, false, false, false)
        from reading in Gen.Elements(Reading.Nothing, Reading.Part, Reading.All, Reading.All)
        from answering in Gen.Frequency(
            (4, Gen.Constant(Answering.Whole)), (2, Gen.Constant(Answering.Early)), (3, Gen.Constant(Answering.Streamed)), (1, Gen.Constant(Answering.Fails)), (1, Gen.Constant(Answering.FailsLate)))
        from answer in Gen.Elements(0, 1, 30, 700, 20_000)
        from waits in Gen.Elements(true, false)
        from watches in Gen.Elements(true, false, false)
        select new ScheduledRequest(method, body, isChunked, mayExpect, closes, reading, answering, answer, waits, watches);

    public bool HasBody => IsChunked || BodyBytes > 0;

    /// <summary>Whether the client waits to be asked for the body. A handler that answers first and reads then would wait for a client that has its answer.</summary>
    public bool Expects => MayExpect && HasBody && (Answering != Answering.Early || Reading == Reading.Nothing);

    /// <summary>Whether anything of the body is read before there is an answer.</summary>
    public bool IsReadFirst => HasBody && Reading != Reading.Nothing && Answering != Answering.Early;

    /// <summary>Whether the answer must be the last: the client wants it so, or nobody knows whether a body comes that was not asked for.</summary>
    public bool MustClose => Closes || (Expects && !IsReadFirst);

    /// <summary>Whether the answer may be the last: how long the rest of a body in chunks is, nobody knows who answers before it has come.</summary>
    public bool MayClose => IsChunked && Answering != Answering.Streamed && !(Reading == Reading.All && IsReadFirst);

    public int Status => Answering == Answering.Fails ? 500 : 200;

    public static IEnumerable<ScheduledRequest> Shrink(ScheduledRequest request)
    {
        if (request.Method != "GET") yield return request with { Method = "GET" };
        if (request.BodyBytes > 0) yield return request with { BodyBytes = request.BodyBytes / 2 };
        if (request.IsChunked) yield return request with { IsChunked = false };
        if (request.MayExpect) yield return request with { MayExpect = false };
        if (request.Closes) yield return request with { Closes = false };
        if (request.Reading != Reading.All) yield return request with { Reading = Reading.All };
        if (request.Answering != Answering.Whole) yield return request with { Answering = Answering.Whole };
        if (request.AnswerBytes > 0) yield return request with { AnswerBytes = 0 };
        if (request.Waits) yield return request with { Waits = false };
        if (request.Watches) yield return request with { Watches = false };
    }

    /// <summary>The content that a handler can read.</summary>
    public byte[] Body(int number) => [.. Enumerable.Range(0, BodyBytes).Select(i => (byte)('a' + ((number + i) % 26)))];

    /// <summary>The content of the answer.</summary>
    public byte[] Answer(int number) => Answering == Answering.Fails
        ? "500 Internal Server Error\n"u8.ToArray()
        : [.. Enumerable.Range(0, AnswerBytes).Select(i => (byte)('A' + ((number + i) % 26)))];

    public byte[] HeadOnWire(int number)
    {
        string framing = IsChunked ? "Transfer-Encoding: chunked\r\n" : BodyBytes > 0 ? $"Content-Length: {BodyBytes}\r\n" : "";
        return Encoding.ASCII.GetBytes($"{Method} /{number} HTTP/1.1\r\nHost: a\r\n{(Closes ? "Connection: close\r\n" : "")}{(Expects ? "Expect: 100-continue\r\n" : "")}{framing}\r\n");
    }

    public byte[] BodyOnWire(int number)
    {
        if (!IsChunked) return Body(number);
        var wire = new StringBuilder();
        foreach (byte[] chunk in Body(number).Chunk(7)) wire.Append(System.Globalization.CultureInfo.InvariantCulture, $"{chunk.Length:x};n={number}\r\n{Encoding.ASCII.GetString(chunk)}\r\n");
        return Encoding.ASCII.GetBytes($"{wire}0\r\nX-Number: {number}\r\n\r\n");
    }
}

/// <summary>Requests on one connection, how their bytes are cut, and who has his turn when: the client that sends, the client that reads, the clock.</summary>
internal sealed record Schedule(IReadOnlyList<ScheduledRequest> Requests, Segmentation Cuts, IReadOnlyList<Turn> Turns, int WindowBytes)
{
    public static Arbitrary<Schedule> Any { get; } = Arb.From(
        from count in Gen.Choose(1, 6)
        from requests in Gen.ArrayOf(ScheduledRequest.Generator, count)
        from cuts in Segmentation.Generator
        from turnCount in Gen.Choose(0, 30)
        from turns in Gen.ArrayOf(Gen.Elements(Turn.Send, Turn.Send, Turn.Read, Turn.Tick), turnCount)
        from window in Gen.Elements(300, 5000, 1 << 20)
        select new Schedule(requests, cuts, turns, window),
        Shrink);

    public override string ToString() => $"window of {WindowBytes}, {Cuts}, {string.Join(' ', Turns)}\n{string.Join('\n', Requests)}";

    private static IEnumerable<Schedule> Shrink(Schedule schedule) =>
    [
        .. Shrinking.List(schedule.Requests, ScheduledRequest.Shrink).Where(requests => requests.Count > 0).Select(requests => schedule with { Requests = requests }),
        .. Shrinking.List(schedule.Turns, _ => []).Select(turns => schedule with { Turns = turns }),
        .. Segmentation.Shrink(schedule.Cuts).Select(cuts => schedule with { Cuts = cuts }),
        .. schedule.WindowBytes < 1 << 20 ? (Schedule[])[schedule with { WindowBytes = 1 << 20 }] : [],
    ];
}

/// <summary>Whose turn it is.</summary>
internal enum Turn
{
    Send,
    Read,
    Tick,
}
