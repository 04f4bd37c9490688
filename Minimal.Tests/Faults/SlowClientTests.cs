using Minimal.Http;
using Minimal.Soak;
using Minimal.Testing;
using Minimal.Tests.Http;
using Minimal.WebSocket;
using Xunit;

namespace Minimal.Tests.Faults;

/// <summary>
/// Slow and malicious clients in great numbers: each ends by the limit that is meant for it, and honest clients are answered all the while. The clock is turned
/// by hand.
/// </summary>
public sealed class SlowClientTests
{
    private const int InMemory = 1000, OverSockets = 50;

    // How long one is watched that no limit ends, and far more than any limit takes.
    private const int EndlessSeconds = 30, MostSeconds = 5000;

    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    public static TheoryData<string> Attacks => [.. Attack.All.Select(attack => attack.Name)];

    [Theory]
    [MemberData(nameof(Attacks))]
    [Requirement("H1-8-01", "H1-POL-01", "H1-9.5-01", "WS-10.4-03", "WS-10.4-04")]
    public async Task A_thousand_end_by_their_limit_and_an_honest_client_is_served(string name)
    {
        Attack attack = Attack.All.Single(attack => attack.Name == name);
        await using TestServer server = await StartAsync(attack, Network.Memory);
        List<MemoryAttacker> attackers = [.. Enumerable.Range(0, InMemory).Select(_ => new MemoryAttacker(attack, server.Memory.Connect()))];
        await SurviveAsync(server, attack, InMemory, () => attackers.ForEach(attacker => attacker.Tick()));
    }

    [Theory]
    [MemberData(nameof(Attacks))]
    public Task So_they_do_over_sockets(string name) => OverAsync(name, Network.Tcp);

    [Theory]
    [MemberData(nameof(Attacks))]
    public Task So_they_do_over_event_loops(string name) => OverAsync(name, Network.Epoll);

    private static async Task OverAsync(string name, Network network)
    {
        Attack attack = Attack.All.Single(attack => attack.Name == name);
        await using TestServer server = await StartAsync(attack, network);
        List<Attacker> attackers = [.. Enumerable.Range(0, OverSockets).Select(_ => new Attacker(attack, server.Server.EndPoints[0]))];
        await SurviveAsync(server, attack, OverSockets, () => attackers.ForEach(attacker => attacker.Tick()));
        attackers.ForEach(attacker => attacker.Dispose());
    }

    // The clock may be faster than the bytes, so no other limit of the same connection counts.
    private static Task<TestServer> StartAsync(Attack attack, Network network)
    {
        WebSocketOptions sockets = AttackTarget.Sockets with { PingInterval = attack.End is null or ConnectionEnd.Refused ? Timeout.InfiniteTimeSpan : Second };
        HttpTimeouts times = AttackTarget.Times with { Idle = attack.End == ConnectionEnd.IdleTimeout ? 20 * Second : Timeout.InfiniteTimeSpan };
        return TestServer.StartAsync(AttackTarget.Handler(sockets), network, timeouts: times, windowBytes: 16 * 1024);
    }

    private static async Task SurviveAsync(TestServer server, Attack attack, int count, Action tick)
    {
        await using Conversation honest = await server.ConnectAsync();
        for (int second = 0; second < (attack.End is null ? EndlessSeconds : MostSeconds) && server.Ends.Count < count; second++)
        {
            await honest.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal(AttackTarget.Greeting, (await honest.ExpectResponseAsync(200)).Text);
            tick();
            server.Time.Advance(Second);
        }

        Assert.Equal(attack.End is { } end ? Enumerable.Repeat(end, count) : [], server.Ends);

        // A connection is logged, and then it is gone.
        int left = attack.End is null ? count + 1 : 1;
        while (server.Server.ConnectionCount > left) await Task.Yield();
        Assert.Equal(left, server.Server.ConnectionCount);
    }
}
