using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;

namespace Minimal.Fuzz.Targets;

/// <summary>
/// A whole connection to a server in memory, with a clock that is turned by hand. The client sends the input in pieces, ends its side, and takes
/// what comes; the path of a request chooses what its handler does.
/// </summary>
[SuppressMessage("Design", "CA1001", Justification = "The server lives as long as the program.")]
internal sealed class ConnectionTarget : FuzzTarget
{
    private static readonly HttpLimits Limits = new()
    {
        MaxRequestLineBytes = 300, MaxFieldBytes = 1000, MaxFields = 20, MaxBodyBytes = 600, MaxEmptyLines = 2, MaxRequestsPerConnection = 20, MaxDrainBytes = 200, MaxReadAheadBytes = 1024,
    };

    private readonly ManualTime _time = new();
    private MemoryListener? _listener;
    private HttpServer? _server;

    public override string Name => "connection";

    public override string Invariant =>
        "the server answers or closes, and never hangs; its bytes are responses, each to a request of its own, in order; nothing comes behind close; each request that was sent whole is answered, or the server said why not; the connection is let go of";

    public override IReadOnlyList<byte[]> Words { get; } =
    [
        .. FuzzHandler.Paths.Select(path => Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: a\r\n\r\n")),
        .. FuzzHandler.Paths.Select(path => Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nHello")),
        .. FuzzHandler.Paths.Select(Encoding.ASCII.GetBytes),
        .. new[]
        {
            "Expect: 100-continue\r\n", "Connection: close\r\n", "Connection: keep-alive\r\n", "Transfer-Encoding: chunked\r\n\r\n5\r\nHello\r\n0\r\n\r\n", "Upgrade: a\r\nConnection: upgrade\r\n",
            "HEAD ", " HTTP/1.0\r\n", "\r\n\r\n", "Content-Length: 700\r\n",
        }.Select(Encoding.ASCII.GetBytes),
    ];

    public override Gen<byte[]> Inputs => Gen.ArrayOf(
        Gen.OneOf(
            Gen.Elements(Words.AsEnumerable()),
            HttpRequestGen.Valid.Select(request => request.ToBytes()),
            HttpRequestGen.NearlyValid.Select(mutant => mutant.ToBytes())),
        3).Select(requests => requests.SelectMany(request => request).ToArray());

    public override void Check(byte[] input)
    {
        Start();
        var client = new FuzzClient(_listener!.Connect());
        foreach (ReadOnlyMemory<byte> piece in Cuts.Of(input))
        {
            client.Send(piece);
            client.Take();
        }

        client.End();
        for (int turn = 0; turn < 200 && !client.IsEnded; turn++)
        {
            client.Take();
            if (!client.IsEnded) _time.Advance(TimeSpan.FromSeconds(5));
        }

        Demand.That(client.IsEnded, $"the connection does not end; so far: {EscapedBytes.Write(client.Received, 200)}");
        client.Close();
        for (int turn = 0; turn < 200 && _server!.ConnectionCount > 0; turn++) _time.Advance(TimeSpan.FromSeconds(5));
        Demand.That(_server!.ConnectionCount == 0, "the connection is not let go of");
        CheckAnswers(RequestsIn(input), client);
    }

    // The server stays for all inputs: what one leaves behind would be seen by the next.
    private void Start()
    {
        if (_server is not null) return;
        _listener = new MemoryListener(PipeScheduler.Inline, 4096);
        _server = new HttpServer(FuzzHandler.HandleAsync, [_listener], new HttpServerOptions { Time = _time, Limits = Limits });
        Task starting = _server.StartAsync();
        Demand.That(starting.IsCompleted, "the server does not start at once");
    }

    // As our reader reads them, one behind the other, up to the one that is refused or cut.
    private static List<RequestReader> RequestsIn(byte[] input)
    {
        var requests = new List<RequestReader>();
        for (int at = 0; at < input.Length;)
        {
            RequestReader reader = RequestReader.Read([input.AsMemory(at)], Limits);
            requests.Add(reader);
            if (reader.Status != ParseStatus.Complete) break;
            at += (int)reader.Used;
        }

        return requests;
    }

    private static void CheckAnswers(List<RequestReader> requests, FuzzClient client)
    {
        int number = 0;
        int status = 0;
        bool isClosed = false;
        for (int at = 0; at < client.Received.Length; number++)
        {
            Demand.That(!isClosed, "an answer behind the one that said close");
            Demand.That(number < requests.Count, "more answers than requests");
            ResponseReader answer = ResponseReader.Read([client.Received.AsMemory(at)], requests[number].Head?.Method ?? "GET");
            bool isWhole = answer.Status == ParseStatus.Complete || answer.Body is { Framing.Kind: BodyKind.UntilClose };
            Demand.That(answer.Broken is null && (isWhole || client.IsReset), $"no response: {answer.Status} {answer.Broken?.Name}");
            if (!isWhole) return;
            CheckHead(answer, requests[number], client.Received.AsSpan(at));
            isClosed = !Persistence.Decide(answer.Head) || answer.Body!.Framing.Kind == BodyKind.UntilClose;
            status = answer.Head.Status;
            at += (int)answer.Used;
        }

        int whole = requests.Count(request => request.Status == ParseStatus.Complete);
        Demand.That(isClosed || client.IsReset || number >= whole, $"requests without an answer: {whole - number}");
        bool isRefused = requests is [.., { Status: ParseStatus.Invalid }];

        // A handler that answers before it has read its body leaves nothing to be said but the end of the connection.
        bool isAnswered = number == requests.Count && status >= 400;
        Demand.That(!isRefused || !isAnswered || isClosed || client.IsReset, "a refusal that does not close");
    }

    private static void CheckHead(ResponseReader answer, RequestReader request, ReadOnlySpan<byte> bytes)
    {
        ReceivedResponse strict = ReceivedResponse.Parse(Encoding.Latin1.GetString(bytes[..(bytes.IndexOf("\r\n\r\n"u8) + 4)]));
        Demand.That(strict.Fault is null, $"a strict client refuses the head: {strict.Fault}");
        bool isChunked = answer.Body!.Framing.Kind == BodyKind.Chunked;
        Demand.That(!isChunked || request.Head is not { MinorVersion: 0 }, "chunks for a client of HTTP/1.0");
        Demand.That(request.Status != ParseStatus.Invalid || request.Head is not null || answer.Head.Status >= 400, "a request without a head is answered as if it were good");
    }
}
