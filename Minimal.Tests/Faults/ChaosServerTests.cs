using System.IO.Pipelines;
using System.Text;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Soak;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Faults;

/// <summary>A server and a client with a bad network at both ends, on one thread and a clock that is turned by hand: each seed is a run that can be had again.</summary>
public sealed class ChaosServerTests
{
    private const int Seeds = 60;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

    private static readonly ChaosOptions Kind = new()
    {
        EveryBytes = 200,
        Stall = 0.1,
        Drop = 0,
        Reset = 0,
        Scheduler = PipeScheduler.Inline,
        WindowBytes = 4000,
    };

    [Fact]
    [Requirement("H1-7.1-01")]
    public async Task A_network_that_loses_nothing_changes_nothing()
    {
        for (int seed = 0; seed < Seeds; seed++) Assert.Equal("whole", await AskAsync(Kind, seed));
    }

    [Fact]
    public async Task A_network_that_cuts_leaves_nothing_behind()
    {
        List<string> outcomes = [];
        for (int seed = 0; seed < Seeds; seed++) outcomes.Add(await AskAsync(Kind with { Drop = 0.01, Reset = 0.02 }, seed));
        foreach (string outcome in (string[])["whole", "RST", "nothing"]) Assert.Contains(outcome, outcomes);
    }

    /// <summary>Sends a body up and expects it back; says how that ended, when all is over at both ends.</summary>
    private static async Task<string> AskAsync(ChaosOptions options, int seed)
    {
        ChaosTransport? end = null;
        TestServer? server = null;
        server = await TestServer.StartAsync(
            AttackTarget.Handler(AttackTarget.Sockets),
            around: inner => end = new ChaosTransport(inner, ChaosSchedule.Random(options, -seed), options with { Time = server!.Time }));
        await using TestServer running = server;
        var client = new ChaosTransport(running.Memory.Connect(), ChaosSchedule.Random(options, seed), options with { Time = running.Time });
        byte[] body = [.. Enumerable.Range(0, 6000).Select(i => (byte)(' ' + (i % 90)))];
        var ear = new Ear(client);
        var answer = new AnswerReader();
        _ = SendAsync(client, [.. "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1770\r\n"u8, .. body, .. "\r\n0\r\n\r\n"u8]);
        for (int turn = 0; turn < 400 && !answer.IsWhole && ear.End is null; turn++)
        {
            running.Time.Advance(Step);
            foreach (string piece in ear.Take()) answer.Take(Encoding.ASCII.GetBytes(piece));
        }

        string outcome = answer.IsOk ? "whole" : ear.End ?? "nothing";
        if (answer.IsOk) Assert.Equal(body, answer.Content);
        await client.DisposeAsync();
        running.Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(0, running.Server.ConnectionCount);
        await Task.WhenAll(client.Ended, end!.Ended);
        Assert.DoesNotContain(ConnectionEnd.Refused, running.Ends);
        return outcome;
    }

    private static async Task SendAsync(ChaosTransport client, byte[] bytes)
    {
        try
        {
            await client.Output.WriteAsync(bytes).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The network has cut it.
        }
    }
}
