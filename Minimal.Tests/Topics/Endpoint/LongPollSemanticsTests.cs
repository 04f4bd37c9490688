using System.Text.Json;
using Minimal.Http;
using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>What long polls promise: nothing is lost, doubled or out of order, nobody waits for ever, and whoever leaves costs nothing.</summary>
public sealed class LongPollSemanticsTests
{
    [Fact]
    [Requirement("LP-SEM-01", "LP-SEM-03", "LP-SEM-04")]
    public async Task A_poll_gets_what_is_behind_its_cursor_and_the_same_again()
    {
        await using var host = new TopicHost();
        foreach (string text in (string[])["a", "b", "c"]) host.Publish(text);
        for (int again = 0; again < 3; again++)
        {
            WireResponse response = host.Ask($"/?via=long&after={host.Topic.Place(1)}");
            Assert.Equal(["b", "c"], Texts(response));
            Assert.Equal($"{host.Topic.Place(3)}", response.Field("Last-Event-ID"));
        }

        await using WireClient held = host.Get($"/?via=long&after={host.Topic.Place(3)}");
        Assert.Null(held.Read());
        Assert.Equal(1, host.Topic.Waiters);
    }

    [Fact]
    [Requirement("LP-SEM-03", "LP-SEM-11")]
    public async Task An_answer_that_was_lost_on_the_way_comes_again()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/?via=long&after=earliest");
        host.Publish("1");
        client.Reset();
        Assert.Equal(["1"], Texts(host.Ask("/?via=long&after=earliest")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Requirement("LP-SEM-06")]
    public async Task News_and_timeout_at_one_moment_give_one_answer(bool newsFirst)
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Connect();
        for (int round = 0; round < 200; round++)
        {
            string after = $"{host.Topic.End}";
            client.Get($"/?via=long&after={after}");
            if (newsFirst) host.Topic.Publish("1");
            host.Time.Advance(TimeSpan.FromSeconds(20));
            if (!newsFirst) host.Topic.Publish("1");
            host.Run();
            Assert.Equal(["1"], Texts(client.Read()!));
            Assert.Null(client.Read());
        }
    }

    [Fact]
    [Requirement("LP-SEM-07")]
    public async Task One_publication_wakes_all_each_once()
    {
        const int Count = 5000;
        await using var host = new TopicHost(new TopicEndpointOptions { HerdSize = Count });
        WireClient[] clients = [.. Enumerable.Range(0, Count).Select(_ => host.Get("/?via=long"))];
        Assert.Equal((Count, Count), (host.Endpoint.Waiting, host.Topic.Waiters));
        host.Publish("1");
        Assert.All(clients, client => Assert.Equal(["1"], Texts(client.Read()!)));
        Assert.Equal((0, 0), (host.Endpoint.Waiting, host.Topic.Waiters));
    }

    [Fact]
    public async Task A_publisher_does_as_much_for_one_client_as_for_ten_thousand()
    {
        (long Bytes, int Work) one = await PublishToAsync(1), many = await PublishToAsync(10_000);
        Assert.Equal(one, many);

        static async Task<(long Bytes, int Work)> PublishToAsync(int count)
        {
            string[] targets = ["/?via=long", "/?via=ndjson", "/?via=frame", "/?via=long&type=x"];
            await using var host = new TopicHost(topic: new TopicOptions { MaxMessages = 8 });
            for (int at = 0; at < count; at++) host.Get(targets[at % targets.Length]);
            for (int warm = 0; warm < 100; warm++) host.Topic.Publish([1]);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int at = 0; at < 100; at++) host.Topic.Publish([1]);
            long bytes = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.Equal((count, 0), (host.Topic.Waiters, host.Topic.WaiterVisits));
            return (bytes, host.Work.Waiting);
        }
    }

    [Fact]
    [Requirement("LP-SEM-09")]
    public async Task A_cursor_older_than_history_gets_a_gap()
    {
        await using var host = new TopicHost(topic: new TopicOptions { MaxMessages = 3 });
        Cursor[] ids = host.Topic.PublishMany(10);
        WireResponse response = host.Ask($"/?via=long&after={ids[0]}");
        Assert.Equal(["8", "9", "10"], Texts(response));
        Assert.Equal($$"""{"from":"{{ids[0]}}","to":"{{ids[6]}}"}""", response.Json.GetProperty("gap").GetRawText());
        Assert.Equal(JsonValueKind.Null, host.Ask($"/?via=long&after={ids[6]}").Json.GetProperty("gap").ValueKind);
    }

    [Theory]
    [InlineData("e-1000000000", "e-3")]
    [InlineData("f-2", "e-0")]
    [InlineData("0-0", "e-0")]
    [Requirement("LP-SEM-10")]
    public async Task A_cursor_ahead_or_of_another_life_gets_a_gap_at_once(string after, string to)
    {
        await using var host = new TopicHost();
        host.Topic.PublishMany(3);
        JsonElement answer = host.Ask($"/?via=long&after={after}").Json;
        Assert.Equal($$"""{"from":"{{after}}","to":"{{to}}"}""", answer.GetProperty("gap").GetRawText());
        Assert.Equal(to == "e-0" ? 3 : 0, answer.GetProperty("messages").GetArrayLength());
        Assert.Equal("e-3", answer.GetProperty("after").GetString());
    }

    [Theory]
    [InlineData("abc")]
    [InlineData("-1")]
    [InlineData("18446744073709551616")]
    [InlineData("e-18446744073709551616")]
    [InlineData("e-01")]
    [InlineData("E-1")]
    [InlineData("e-1%20")]
    [InlineData("Latest")]
    [Requirement("LP-SEM-10")]
    public async Task A_malformed_cursor_is_refused(string after)
    {
        await using var host = new TopicHost();
        foreach (string via in (string[])["poll", "long", "ndjson", "frame"])
        {
            WireResponse response = host.Ask($"/?via={via}&after={after}");
            Assert.Equal(400, response.Status);
            Assert.Contains(TopicRules.CursorUnreadable.Sentence, response.Text, StringComparison.Ordinal);
        }

        Assert.Equal(0, host.Endpoint.Waiting);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [Requirement("LP-SEM-11")]
    public async Task Clients_that_leave_free_everything(int how)
    {
        const int Count = 10_000;
        await using var host = new TopicHost(new TopicEndpointOptions { Heartbeat = TimeSpan.FromSeconds(300) });
        string[] targets = ["/?via=long", "/?via=ndjson", "/?via=frame", "/?via=long&client=1&topic=a@latest"];
        WireClient[] clients = [.. Enumerable.Range(0, Count).Select(at => host.Get(targets[at % targets.Length].Replace("=1", $"=c{at}", StringComparison.Ordinal)))];
        Assert.Equal((Count, Count), (host.Endpoint.Waiting, host.Topic.Waiters));

        foreach (WireClient client in clients)
        {
            if (how == 0) client.Reset();
            else if (how == 1) client.HalfClose();
            else await client.DisposeAsync();
        }

        host.Run();
        Assert.Equal((0, 0), (host.Endpoint.Waiting, host.Topic.Waiters));
        Assert.Equal(0, host.Server.ConnectionCount);
        Assert.Equal(0, host.Server.Deadlines.Count);
        Assert.Equal(0, host.Endpoint.Held.Names);

        host.Publish("1");
        Assert.Equal(["1"], Texts(host.Ask($"/?via=long&after={host.Topic.Start}")));
    }

    [Theory]
    [InlineData("long")]
    [InlineData("ndjson")]
    [InlineData("frame")]
    [Requirement("LP-SEM-12", "LP-6-02")]
    public async Task One_too_many_is_refused_and_the_others_do_not_notice(string via)
    {
        await using var host = new TopicHost(new TopicEndpointOptions { MaxHeld = 3 });
        WireClient[] clients = [.. Enumerable.Range(0, 3).Select(_ => host.Get("/?via=long"))];
        WireResponse refused = host.Ask($"/?via={via}");
        Assert.Equal(503, refused.Status);
        Assert.Equal("1", refused.Field("Retry-After"));
        Assert.Contains(TopicRules.TooManyHeld.Sentence, refused.Text, StringComparison.Ordinal);
        Assert.Equal(200, host.Ask("/").Status);

        clients[0].Reset();
        host.Run();
        await using WireClient next = host.Get($"/?via={via}");
        Assert.Equal(3, host.Endpoint.Waiting);
        host.Publish("1");
        Assert.All(clients.Skip(1), client => Assert.Equal(["1"], Texts(client.Read()!)));
    }

    [Theory]
    [InlineData("long")]
    [InlineData("ndjson")]
    [Requirement("LP-SEM-12")]
    public async Task One_too_many_for_the_topic_is_refused(string via)
    {
        await using var host = new TopicHost(topic: new TopicOptions { MaxWaiters = 1 });
        await using WireClient first = host.Get("/?via=long");
        WireResponse refused = host.Ask($"/?via={via}");
        Assert.Equal(503, refused.Status);
        Assert.Contains(TopicRules.TooManyWaiters.Sentence, refused.Text, StringComparison.Ordinal);
        Assert.Equal((1, 1), (host.Endpoint.Waiting, host.Topic.Waiters));
    }

    [Fact]
    [Rule("TopicRules.TooManyHeldByClient")]
    [Requirement("LP-SEM-12")]
    public async Task One_too_many_of_a_client_is_refused()
    {
        var registry = new TopicRegistry();
        await using var host = TopicHost.Of(host => new TopicEndpoint(registry, host.Timed(new TopicEndpointOptions { MaxHeldPerClient = 2 })));
        foreach (string topic in (string[])["a", "b"]) Assert.Null(host.Get($"/?via=long&client=x&topic={topic}").Read());
        WireResponse refused = host.Ask("/?via=long&client=x&topic=c");
        Assert.Equal(429, refused.Status);
        Assert.Equal("1", refused.Field("Retry-After"));
        Assert.Contains(TopicRules.TooManyHeldByClient.Sentence, refused.Text, StringComparison.Ordinal);

        Assert.Null(host.Get("/?via=long&client=y&topic=c").Read());
        Assert.Null(host.Get("/?via=long&client=x&topic=b").Read());
    }

    [Fact]
    [Requirement("LP-SEM-13")]
    public async Task Very_many_deadlines_are_one_timer()
    {
        const int Count = 5000;
        await using var host = new TopicHost();
        int before = host.Time.ArmedTimers;
        var clients = new List<(WireClient Client, double Seconds)>();
        for (int i = 0; i < Count; i++)
        {
            double seconds = 1 + (i % 250 * 0.1);
            clients.Add((host.Get(FormattableString.Invariant($"/?via=long&wait={seconds}")), seconds));
        }

        Assert.InRange(host.Time.ArmedTimers, 0, before + 1);
        for (double now = 0.1; now < 27; now += 0.1)
        {
            host.Advance(0.1);
            foreach ((WireClient client, double seconds) in clients.ToArray())
            {
                double kept = seconds - Math.Min(0.6, seconds / 8);
                bool isAnswered = client.Pump().Raw.Length > 0;
                if (now < kept - 0.001) Assert.False(isAnswered);
                if (now >= kept + 0.1) Assert.True(isAnswered);
            }

            clients.RemoveAll(one => one.Client.Raw.Length > 0);
        }

        Assert.Empty(clients);
    }

    [Fact]
    [Requirement("LP-SEM-14")]
    public async Task A_herd_is_answered_in_steps()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { HerdSize = 100 });
        WireClient[] clients = [.. Enumerable.Range(0, 450).Select(_ => host.Get("/?via=long&wait=30"))];
        host.Publish("1");
        foreach (int answered in (int[])[100, 200, 300, 400, 450])
        {
            Assert.Equal(answered, clients.Count(client => client.Pump().Raw.Length > 0));
            host.Publish("2");
            Assert.Equal(answered, clients.Count(client => client.Pump().Raw.Length > 0));
            host.Advance(0.1);
        }

        // The later ones took along what came meanwhile.
        Assert.Equal(["1"], Texts(clients[0].Read()!));
        Assert.Equal(["1", "2", "2"], Texts(clients[250].Read()!));
    }

    [Fact]
    [Requirement("LP-SEM-14")]
    public async Task More_than_a_thousand_are_answered_in_steps_unless_told_otherwise()
    {
        await using var host = new TopicHost();
        WireClient[] clients = [.. Enumerable.Range(0, 2500).Select(_ => host.Get("/?via=long"))];
        host.Publish("1");
        foreach (int answered in (int[])[1000, 2000, 2500])
        {
            Assert.Equal(answered, clients.Count(client => client.Pump().Raw.Length > 0));
            host.Advance(0.1);
        }
    }

    [Fact]
    [Requirement("LP-SEM-14")]
    public async Task Who_comes_again_belongs_to_no_earlier_herd()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { HerdSize = 100 });
        WireClient[] clients = [.. Enumerable.Range(0, 100).Select(_ => host.Connect())];
        for (int round = 0; round < 10; round++)
        {
            foreach (WireClient client in clients) client.Get("/?via=long");
            host.Publish($"{round}");
            Assert.All(clients, client => Assert.Equal([$"{round}"], Texts(client.Read()!)));
        }
    }

    [Fact]
    [Requirement("LP-SEM-14")]
    public async Task The_hold_s_end_does_not_wait_for_a_turn()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { HerdSize = 1, HerdStep = TimeSpan.FromSeconds(60), HoldJitter = 0 });
        await using WireClient first = host.Get("/?via=long&wait=10"), second = host.Get("/?via=long&wait=10");
        host.Publish("1");
        Assert.NotNull(first.Read());
        Assert.Null(second.Read());
        host.Advance(9.5);
        Assert.Equal(["1"], Texts(second.Read()!));
    }

    [Fact]
    [Requirement("LP-SEM-15")]
    public async Task Holds_that_began_together_do_not_end_together()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { HoldJitter = 0.1 });
        WireClient[] clients = [.. Enumerable.Range(0, 1000).Select(_ => host.Get("/?via=long"))];
        host.Advance(17.9);
        Assert.DoesNotContain(clients, client => client.Pump().Raw.Length > 0);
        var perSecond = new List<int>();
        for (int answered = 0; answered < 1000;)
        {
            host.Advance(1);
            int now = clients.Count(client => client.Pump().Raw.Length > 0);
            perSecond.Add(now - answered);
            answered = now;
        }

        Assert.InRange(perSecond.Count, 4, 5);
        Assert.All(perSecond.Take(4), count => Assert.InRange(count, 100, 500));
    }

    [Fact]
    [Requirement("LP-SEM-17")]
    public async Task A_server_that_stops_answers_every_held_poll()
    {
        var host = new TopicHost();
        WireClient[] polls = [.. Enumerable.Range(0, 1000).Select(at => host.Get(at % 2 == 0 ? "/?via=long" : "/?topic=a@latest&via=long"))];
        Task stopping = host.Server.StopAsync();
        await host.UntilAsync(() => Array.TrueForAll(polls, client => client.Pump().IsEnded));
        Assert.All(polls, client =>
        {
            WireResponse response = client.Read()!;
            Assert.Equal(200, response.Status);
            Assert.Equal("close", response.Field("Connection"));
            Assert.True(client.IsEnded && !client.IsLost);
        });
        Assert.Equal((0, 0), (host.Endpoint.Waiting, host.Topic.Waiters));
        foreach (WireClient client in polls) await client.DisposeAsync();
        await stopping;
        await host.DisposeAsync();
    }

    [Fact]
    [Requirement("LP-SEM-18")]
    public async Task A_client_that_does_not_read_its_answer_is_cut_and_asks_again()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { MaxBytes = 16 << 20 }, new TopicOptions { MaxBytes = 32 << 20 }, windowBytes: 64 * 1024);
        string large = new('x', 1 << 20);
        for (int i = 0; i < 10; i++) host.Publish(large);
        await using WireClient slow = host.Get($"/?via=long&after={host.Topic.Start}");
        host.Advance(60);
        Assert.True(slow.Pump().IsLost);
        Assert.Equal(0, host.Server.ConnectionCount);

        await using WireClient next = host.Get($"/?via=long&after={host.Topic.Start}");
        WireResponse whole = await next.ReadAsync();
        Assert.Equal(10, whole.Json.GetProperty("messages").GetArrayLength());
    }

    [Fact]
    [Requirement("LP-5.1-02")]
    public async Task A_second_poll_of_a_client_takes_the_place_of_the_first()
    {
        await using var host = new TopicHost();
        await using WireClient first = host.Get("/?via=long&client=tab"), other = host.Get("/?via=long&client=tab2");
        await using WireClient second = host.Get("/?via=long&client=tab");
        host.Run();
        Assert.Equal($$"""{"after":"{{host.Topic.End}}","messages":[],"gap":null,"end":false,"superseded":true}""", first.Read()!.Text);
        Assert.Equal(2, host.Endpoint.Waiting);

        host.Publish("1");
        Assert.Null(first.Read());
        Assert.Equal(["1"], Texts(second.Read()!));
        Assert.Equal(["1"], Texts(other.Read()!));
        Assert.Equal(0, host.Endpoint.Held.Names);
    }

    [Fact]
    public async Task A_refused_poll_supersedes_nobody()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { MaxHeld = 1 });
        await using WireClient first = host.Get("/?via=long&client=tab");
        Assert.Equal(503, host.Ask("/?via=long&client=tab").Status);
        host.Publish("1");
        Assert.Equal(["1"], Texts(first.Read()!));
    }

    [Fact]
    public async Task News_of_another_type_does_not_end_a_hold()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Get("/?via=long&type=b");
        Cursor unwanted = host.Publish("1", "a");
        host.Publish("2");
        Assert.Null(client.Read());
        Assert.Equal((1, 1), (host.Endpoint.Waiting, host.Topic.Waiters));
        host.Publish("3", "b");
        Assert.Equal(["3"], Texts(client.Read()!));

        client.Get($"/?via=long&type=b&after={unwanted}");
        Assert.Equal(["3"], Texts(client.Read()!));
        client.Get("/?via=long&type=b");
        host.Advance(10);
        host.Publish("4", "a");
        host.Advance(9.9);
        Assert.Null(client.Read());
        host.Advance(0.2);
        WireResponse empty = client.Read()!;
        Assert.Empty(Texts(empty));
        Assert.Equal($"{host.Topic.End}", empty.Field("Last-Event-ID"));
    }

    [Fact]
    public async Task Much_news_of_another_type_is_passed_over_in_one_hold()
    {
        await using var host = new TopicHost(new TopicEndpointOptions { MaxMessages = 2 });
        await using WireClient client = host.Get("/?via=long&type=b");
        for (int i = 0; i < 9; i++) host.Topic.Publish("x", "a");
        host.Topic.Publish("y", "b");
        host.Run();
        Assert.Equal(["y"], Texts(client.Read()!));
    }

    [Fact]
    public async Task A_completed_topic_ends_holds_and_is_told()
    {
        await using var host = new TopicHost();
        host.Publish("1");
        await using WireClient held = host.Get("/?via=long"), filtered = host.Get("/?via=long&type=x");
        host.Topic.Complete();
        host.Run();
        Assert.True(held.Read()!.Json.GetProperty("end").GetBoolean());
        Assert.True(filtered.Read()!.Json.GetProperty("end").GetBoolean());
        JsonElement last = host.Ask("/?via=long&after=earliest").Json;
        Assert.Equal((1, true), (last.GetProperty("messages").GetArrayLength(), last.GetProperty("end").GetBoolean()));
    }

    internal static string[] Texts(WireResponse response)
    {
        Assert.Equal(200, response.Status);
        return [.. response.Json.GetProperty("messages").EnumerateArray().Select(message => message.GetProperty("data").ToString())];
    }
}
