using Minimal.Http;
using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Configuration that clients watch: by entity tag, by digest as clients of Nacos do, and by place after Apollo's notification ids.</summary>
public sealed class ConfigWatchTests
{
    // The digests of the values 1 and 2.
    private const string One = "c4ca4238a0b923820dcc509a6f75849b", Two = "c81e728d9d4c2f636f067f89cc14862c";

    private static readonly TopicOptions Compacted = new() { IsCompacted = true };

    [Fact]
    [Requirement("LP-CFG-01")]
    public async Task A_question_without_a_tag_is_answered_at_once()
    {
        await using TopicHost host = Host();
        Cursor id = host.Publish("1", key: "a");
        WireResponse response = host.Ask("/?key=a");
        Assert.Equal(200, response.Status);
        Assert.Equal("1", response.Text);
        Assert.Equal($"\"{One}\"", response.Field("ETag"));
        Assert.Equal($"{id}", response.Field("Last-Event-ID"));
        Assert.Equal("no-store", response.Field("Cache-Control"));
    }

    [Theory]
    [InlineData($"\"{One}\"")]
    [InlineData($"W/\"{One}\"")]
    [InlineData($"\"x,y\", W/\"{One}\"")]
    [InlineData("*")]
    [Requirement("LP-CFG-01")]
    public async Task A_question_with_the_tag_of_the_value_is_held_and_told_that_nothing_changed(string tags)
    {
        await using TopicHost host = Host();
        host.Publish("1", key: "a");
        await using WireClient client = host.Get("/?key=a&wait=0.3", $"If-None-Match: {tags}");
        host.Advance(0.2);
        Assert.Null(client.Read());
        Assert.Equal(1, host.Topic.Waiters);

        host.Advance(0.1);
        WireResponse response = client.Read()!;
        Assert.Equal(304, response.Status);
        Assert.Equal($"\"{One}\"", response.Field("ETag"));
        Assert.Empty(response.Body);
        Assert.Equal(0, host.Topic.Waiters);
    }

    [Fact]
    [Requirement("LP-CFG-01")]
    public async Task A_held_question_is_answered_when_its_value_changes_and_only_then()
    {
        await using TopicHost host = Host();
        host.Publish("1", key: "a");
        await using WireClient client = host.Get("/?key=a", $"If-None-Match: \"{One}\"");
        host.Advance(0.1);
        host.Publish("9", key: "b");
        host.Publish("1", key: "a");
        Assert.Null(client.Read());

        host.Publish("2", key: "a");
        WireResponse response = client.Read()!;
        Assert.Equal((200, "2", $"\"{Two}\""), (response.Status, response.Text, response.Field("ETag")));
        Assert.Equal(200, host.Ask("/?key=a", $"If-None-Match: \"{One}\"").Status);
        Assert.Equal(200, host.Ask("/?key=a", $"If-None-Match: {Two}").Status);
    }

    [Fact]
    public async Task A_value_that_is_driven_out_is_gone()
    {
        await using TopicHost host = Host(Compacted with { MaxMessages = 2 });
        Cursor before = host.Topic.Start;
        host.Publish("1", key: "a");
        await using WireClient byTag = host.Get("/?key=a", $"If-None-Match: \"{One}\""), byDigest = Post(host, $"a={One}");
        host.Publish("1", key: "b");
        Assert.Null(byTag.Read());

        host.Publish("1", key: "c");
        Assert.Equal(404, byTag.Read()!.Status);
        Assert.Equal("""{"changed":["a"]}""", byDigest.Read()!.Text);
        Assert.Equal($$"""{"after":"{{host.Topic.End}}","changed":[{"key":"a","id":null}]}""", host.Ask($"/?watch=a&after={before}").Text);
    }

    [Fact]
    [Requirement("LP-CFG-02")]
    public async Task Digests_that_differ_are_told_at_once()
    {
        await using TopicHost host = Host();
        foreach (string key in (string[])["a", "b", "c"]) host.Publish("1", key: key);
        Assert.Equal("""{"changed":["b"]}""", Post(host, $"a={One}&b={Two}&c={One}").Read()!.Text);
        Assert.Equal("""{"changed":["c","a"]}""", Post(host, $"c=&b={One}&a={Two}&c={Two}").Read()!.Text);
        Assert.Equal("""{"changed":["d"]}""", Post(host, $"d={One}").Read()!.Text);
    }

    [Fact]
    [Requirement("LP-CFG-02")]
    public async Task Digests_that_are_equal_are_held_until_one_differs()
    {
        await using TopicHost host = Host();
        host.Publish("1", key: "a");
        await using WireClient client = Post(host, $"a={One.ToUpperInvariant()}&new=");
        host.Publish("1", key: "b");
        Assert.Null(client.Read());
        Assert.Equal(1, host.Topic.Waiters);

        host.Publish("2", key: "new");
        WireResponse response = client.Read()!;
        Assert.Equal("application/json", response.Field("Content-Type"));
        Assert.Equal("""{"changed":["new"]}""", response.Text);

        await using WireClient second = Post(host, $"a={One}");
        host.Publish("2", key: "a");
        Assert.Equal("""{"changed":["a"]}""", second.Read()!.Text);
    }

    [Fact]
    [Requirement("LP-CFG-02", "LP-CFG-04")]
    public async Task Digests_that_stay_equal_are_answered_with_nothing()
    {
        await using TopicHost host = Host();
        host.Publish("1", key: "a");
        await using WireClient client = Post(host, $"a={One}", "Long-Pulling-Timeout: 30000");
        host.Advance(29.4);
        Assert.Null(client.Read());
        host.Advance(0.1);
        WireResponse response = client.Read()!;
        Assert.Equal((200, "", "0"), (response.Status, response.Text, response.Field("Content-Length")));
        Assert.Equal("no-store", response.Field("Cache-Control"));
    }

    [Theory]
    [InlineData("1", 10)]
    [InlineData("0", 10)]
    [InlineData("10400", 10)]
    [InlineData("20000", 19.5)]
    [InlineData("2147483647", 30)]
    [Requirement("LP-CFG-04")]
    public async Task What_a_client_announces_is_followed_between_a_floor_and_a_ceiling(string announced, double seconds)
    {
        await using TopicHost host = Host();
        await using WireClient client = Post(host, "a=", $"Long-Pulling-Timeout: {announced}");
        host.Advance(seconds - 0.1);
        Assert.Null(client.Read());
        host.Advance(0.1);
        Assert.Equal(200, client.Read()!.Status);
    }

    [Theory]
    [InlineData("soon")]
    [InlineData("-1")]
    [InlineData("2147483648")]
    [InlineData("1.5")]
    public async Task What_is_no_time_is_refused(string announced)
    {
        await using TopicHost host = Host();
        Assert.Equal(400, Post(host, "a=", $"Long-Pulling-Timeout: {announced}").Read()!.Status);
        Assert.Equal(0, host.Topic.Waiters);
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("TRUE", true)]
    [InlineData("false", false)]
    [Requirement("LP-CFG-03")]
    public async Task Who_asks_not_to_be_held_is_answered_at_once(string flag, bool isAnswered)
    {
        await using TopicHost host = Host();
        host.Publish("1", key: "a");
        await using WireClient client = Post(host, $"a={One}", "Long-Pulling-Timeout: 30000", $"Long-Pulling-Timeout-No-Hangup: {flag}");
        WireResponse? response = client.Read();
        Assert.Equal(isAnswered, response is not null);
        Assert.Equal("", response?.Text ?? "");
    }

    [Fact]
    [Requirement("LP-CFG-05")]
    public async Task Keys_whose_latest_id_is_behind_the_place_are_told()
    {
        await using TopicHost host = Host();
        Cursor a = host.Publish("1", key: "a"), b = host.Publish("1", key: "b"), c = host.Publish("1", key: "c");
        string changed(string target) => host.Ask(target).Text;
        Assert.Equal($$"""{"after":"{{c}}","changed":[{"key":"b","id":"{{b}}"}]}""", changed($"/?watch=a&watch=b&after={a}"));
        Assert.Equal($$"""{"after":"{{c}}","changed":[{"key":"a","id":"{{a}}"}]}""", changed($"/?watch=a@{host.Topic.Start}&watch=b@{b}"));
        Assert.Equal($$"""{"after":"{{c}}","changed":[{"key":"a","id":"{{a}}"}]}""", changed("/?watch=a"));
        Assert.Equal($$"""{"after":"{{c}}","changed":[{"key":"a","id":"{{a}}"}]}""", changed("/?watch=a&after=f-7"));

        await using WireClient client = host.Get($"/?watch=a&watch=b&after={c}");
        host.Publish("2", key: "c");
        Assert.Null(client.Read());
        Cursor news = host.Publish("2", key: "b");
        WireResponse response = client.Read()!;
        Assert.Equal($$"""{"after":"{{news}}","changed":[{"key":"b","id":"{{news}}"}]}""", response.Text);
        Assert.Equal($"{news}", response.Field("Last-Event-ID"));
    }

    [Fact]
    [Requirement("LP-CFG-05")]
    public async Task A_change_while_the_question_is_being_held_is_not_lost()
    {
        const int Rounds = 2000;
        await using TopicHost host = Host();
        await using WireClient client = host.Connect();
        using var step = new Barrier(2);
        Task publishing = Task.Factory.StartNew(
            () =>
            {
                for (int round = 0; round < Rounds; round++)
                {
                    step.SignalAndWait();
                    host.Topic.Publish($"{round}", key: "a");
                    step.SignalAndWait();
                }
            },
            TaskCreationOptions.LongRunning);
        for (int round = 0; round < Rounds; round++)
        {
            string after = $"{host.Topic.End}";
            step.SignalAndWait();
            client.Get($"/?watch=a&watch=b&after={after}");
            step.SignalAndWait();

            // What was published is published, and whoever is to be told of it is told; nobody turns the clock.
            host.Run();
            Assert.Equal("a", client.Read()!.Json.GetProperty("changed")[0].GetProperty("key").GetString());
        }

        await publishing;
        Assert.Equal(0, host.Topic.Waiters);
    }

    [Fact]
    [Requirement("LP-CFG-06")]
    public async Task Value_tag_and_id_are_of_one_version()
    {
        await using TopicHost host = Host();
        host.Publish("1", key: "a");
        using var stop = new CancellationTokenSource();
        Task writing = Task.Run(() =>
        {
            for (int at = 2; !stop.IsCancellationRequested; at++) host.Topic.Publish(at % 2 == 1 ? "1" : "2", key: "a");
        });
        await using WireClient client = host.Connect();
        for (int round = 0; round < 2000; round++)
        {
            client.Get("/?key=a");
            WireResponse response = client.Read()!;
            Assert.Equal(response.Text == "1" ? $"\"{One}\"" : $"\"{Two}\"", response.Field("ETag"));
            Assert.True(Cursor.TryParse(response.Field("Last-Event-ID"), out Cursor id));
            Assert.Equal(response.Text == "1" ? 1 : 0, id.Sequence % 2);
        }

        await stop.CancelAsync();
        await writing;
    }

    [Fact]
    public async Task Of_one_client_one_question_for_each_key_is_held()
    {
        await using TopicHost host = Host();
        foreach (string key in (string[])["a", "b"]) host.Publish("1", key: key);
        string tag = $"If-None-Match: \"{One}\"";
        await using WireClient a = host.Get("/?key=a&client=tab", tag), b = host.Get("/?key=b&client=tab", tag);
        host.Run();
        Assert.Equal((null, null), (a.Read(), b.Read()));

        await using WireClient again = host.Get("/?key=a&client=tab", tag);
        host.Run();
        Assert.Equal(304, a.Read()!.Status);
        Assert.Equal((null, null), (b.Read(), again.Read()));
    }

    [Fact]
    public async Task Who_has_asked_again_is_told_to_stop()
    {
        await using TopicHost host = Host();
        string after = $"{host.Topic.End}";
        await using WireClient first = host.Get($"/?watch=a&client=tab&after={after}"), second = host.Get($"/?watch=b&client=tab&after={after}");
        host.Run();
        Assert.Equal($$"""{"after":"{{after}}","changed":[],"superseded":true}""", first.Read()!.Text);
        Assert.Null(second.Read());
    }

    [Fact]
    public async Task A_server_that_stops_answers_held_questions()
    {
        TopicHost host = Host();
        host.Publish("1", key: "a");
        WireClient[] clients = [host.Get("/?key=a", $"If-None-Match: \"{One}\""), Post(host, $"a={One}"), host.Get($"/?watch=a&after={host.Topic.End}")];
        Task stopping = host.Server.StopAsync();
        await host.UntilAsync(() => Array.TrueForAll(clients, client => client.Pump().IsEnded));
        Assert.Equal([304, 200, 200], clients.Select(client => client.Read()!.Status));
        Assert.Equal(0, host.Topic.Waiters);
        foreach (WireClient client in clients) await client.DisposeAsync();
        await stopping;
        await host.DisposeAsync();
    }

    [Fact]
    public void A_topic_that_keeps_more_than_the_latest_is_no_configuration() =>
        Assert.Throws<ArgumentException>(() => new ConfigWatch(new Topic("a")));

    private static TopicHost Host(TopicOptions? topic = null) =>
        TopicHost.Of(host => new ConfigWatch(host.Topic, host.Timed(new TopicEndpointOptions { HoldJitter = 0 })), topic ?? Compacted);

    private static WireClient Post(TopicHost host, string form, params string[] fields)
    {
        WireClient client = host.Connect();
        string lines = string.Concat(fields.Select(field => $"{field}\r\n"));
        client.Send($"POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {form.Length}\r\n{lines}\r\n{form}");
        return client;
    }
}
