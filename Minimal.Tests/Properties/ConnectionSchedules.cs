using System.Globalization;
using System.IO.Pipelines;
using FsCheck.Fluent;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.Tests.Topics;
using Xunit;

namespace Minimal.Tests.Properties;

/// <summary>
/// A whole connection under any schedule. Invariant: whatever valid requests come, cut in whatever way, whenever the client reads and
/// the clock is turned, each request is answered once, in order, with its own status and bytes; a body is read as it was sent; the connection goes
/// on unless the model says why not, and nothing comes behind an answer that says close.
/// </summary>
public sealed class ConnectionSchedules
{
    // A tick is a second, and no schedule lasts longer.
    // Segments of a byte and of none in turn take two turns for each of some 10,000 bytes.
    private const int MaxTurns = 100_000;

    private static readonly HttpTimeouts Patient = new()
    {
        Idle = Timeout.InfiniteTimeSpan,
        Head = Timeout.InfiniteTimeSpan,
        Linger = Timeout.InfiniteTimeSpan,
        MinRequestBodyRate = 0,
        MinResponseRate = 0,
    };

    [Fact]
    [Requirement("H1-9.3.2-01", "H1-9.3-02", "H1-9.3-04", "HS-10.1.1-05", "H1-9.6-04")]
    public void Each_request_is_answered_once_in_order_and_with_its_own_bytes() => PropertyCheck.Holds(Schedule.Any, schedule => Run(schedule), 400);

    [Fact]
    public void The_model_finds_a_handler_that_reads_too_little() => PropertyCheck.MustFail(Schedule.Any, schedule => Run(schedule, isFaulty: true));

    private static void Run(Schedule schedule, bool isFaulty = false)
    {
        // What goes on goes on within the step that lets it, and not on the runner's threads.
        SynchronizationContext.SetSynchronizationContext(null);
        var time = new ManualTime();
        var listener = new MemoryListener(PipeScheduler.Inline, schedule.WindowBytes);
        var bodies = new SortedDictionary<int, byte[]>();
        var server = new HttpServer(exchange => HandleAsync(exchange, schedule, bodies, isFaulty), [listener], new HttpServerOptions { Time = time, Timeouts = Patient });
        server.StartAsync().GetAwaiter().GetResult();
        var client = new ScheduledClient(listener.Connect(), schedule);
        foreach (Turn turn in schedule.Turns) Take(turn);
        for (int turn = 0; !client.IsEnded; turn++)
        {
            if (turn == MaxTurns) throw new CheckFailedException($"The connection does not end. {client.Responses.Count} answers came.");
            foreach (Turn each in (Turn[])[Turn.Send, Turn.Read, Turn.Tick]) Take(each);
        }

        Check(schedule.Requests, client, bodies);

        void Take(Turn turn)
        {
            if (turn == Turn.Send) client.Send();
            else if (turn == Turn.Read) client.Read();
            else time.Advance(TimeSpan.FromSeconds(1));
        }
    }

    private static async ValueTask HandleAsync(HttpExchange exchange, Schedule schedule, SortedDictionary<int, byte[]> bodies, bool isFaulty)
    {
        int number = int.Parse(exchange.Request.Path[1..], CultureInfo.InvariantCulture);
        ScheduledRequest request = schedule.Requests[number];
        byte[] answer = request.Answer(number);
        if (request.Watches) _ = exchange.Aborted;
        if (request.Waits) await Task.Delay(TimeSpan.FromSeconds(1), exchange.Time);
        if (request.Answering == Answering.Early) await exchange.RespondAsync(200, "text/plain", answer);

        byte[] body = await ReadAsync(exchange, request.Reading);
        bodies.Add(number, isFaulty && body.Length > 20 ? body[1..] : body);
        if (request.Waits) await Task.Delay(TimeSpan.FromSeconds(1), exchange.Time);
        if (request.Answering == Answering.Fails) throw new InvalidOperationException("planted");
        if (request.Answering == Answering.Whole) await exchange.RespondAsync(200, "text/plain", answer);
        if (request.Answering is not (Answering.Streamed or Answering.FailsLate)) return;

        for (int at = 0; at < answer.Length; at += 300)
        {
            await exchange.ResponseBody.WriteAsync(answer.AsMemory(at, Math.Min(300, answer.Length - at)));
            await exchange.ResponseBody.FlushAsync();
        }

        await exchange.ResponseBody.FlushAsync();
        if (request.Answering == Answering.FailsLate) throw new InvalidOperationException("planted");
    }

    private static async ValueTask<byte[]> ReadAsync(HttpExchange exchange, Reading reading)
    {
        if (reading == Reading.All) return await exchange.RequestBody.ReadAllAsync(1 << 20);
        byte[] part = new byte[reading == Reading.Part ? ScheduledRequest.PartBytes : 0];
        return part[..await exchange.RequestBody.ReadAtLeastAsync(part, part.Length, throwOnEndOfStream: false)];
    }

    private static void Check(IReadOnlyList<ScheduledRequest> requests, ScheduledClient client, SortedDictionary<int, byte[]> bodies)
    {
        bool isClosed = false;
        for (int number = 0; number < client.Responses.Count; number++)
        {
            Assert.False(isClosed, $"answer {number} came behind one that said close");
            CheckAnswer(requests[number], number, client);
            isClosed = client.Responses[number].Field("Connection") == "close";
            Assert.True(isClosed || !requests[number].MustClose, $"answer {number} does not say close");
            Assert.True(!isClosed || requests[number].MustClose || requests[number].MayClose, $"answer {number} says close");
        }

        // A reset takes with it what was under way, and comes only from a handler that failed too late for another answer. An answer to HEAD is whole by then.
        bool isCut = !isClosed && requests.Skip(client.Responses.Count).Concat(requests.Take(client.Responses.Count).TakeLast(1)).Any(request => request.Answering == Answering.FailsLate);
        Assert.Equal(isCut, client.IsLost);
        Assert.True(isClosed || isCut || client.Responses.Count == requests.Count, $"only {client.Responses.Count} answers came");
        Assert.Equal(Enumerable.Range(0, bodies.Count), bodies.Keys);
        foreach ((int number, byte[] body) in bodies) Assert.Equal(Expected(requests[number], number), body);
    }

    private static void CheckAnswer(ScheduledRequest request, int number, ScheduledClient client)
    {
        WireResponse response = client.Responses[number];
        Assert.Equal(request.Status, response.Status);
        Assert.Equal(request.Method == "HEAD" ? [] : request.Answer(number), response.Body);
        Assert.Equal(request.Expects && request.IsReadFirst ? 1 : 0, client.Interims[number]);
        Assert.True(request.Answering != Answering.FailsLate || request.Method == "HEAD", $"answer {number} looks whole");
    }

    private static byte[] Expected(ScheduledRequest request, int number) => request.Reading switch
    {
        Reading.All => request.Body(number),
        Reading.Part => [.. request.Body(number).Take(ScheduledRequest.PartBytes)],
        _ => [],
    };
}
