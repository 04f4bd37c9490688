using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>POST publishes where it is switched on, for those who may, and for no other site's page.</summary>
public sealed class TopicPublishingTests
{
    private static readonly TopicEndpointOptions Open = new() { CanPublish = true };

    [Fact]
    public async Task A_body_is_published_as_it_is_and_its_id_is_told()
    {
        await using var host = new TopicHost(Open);
        WireResponse response = Post(host, "/?type=news&key=k%20%C3%A9", "a \"b\"\n");
        Assert.Equal(201, response.Status);
        Assert.Equal($$"""{"id":"{{host.Topic.End}}"}""", response.Text);
        Assert.Equal($"{host.Topic.End}", response.Field("Last-Event-ID"));
        Assert.Equal("no-store", response.Field("Cache-Control"));
        TopicMessage message = host.Topic.Read(host.Topic.Start).Messages.Span[0];
        Assert.Equal(("a \"b\"\n", "news", "k é", host.Topic.End), (message.Text(), message.Type, message.Key, message.Id));

        Assert.Equal(201, Post(host, "/?type=&key=", "").Status);
        message = host.Topic.Read(host.Topic.Place(1)).Messages.Span[0];
        Assert.Equal((0, null, null), (message.Data.Length, message.Type, message.Key));
    }

    [Fact]
    public async Task Who_waits_is_told()
    {
        await using var host = new TopicHost(Open);
        await using WireClient client = host.Get("/?via=long");
        Post(host, "/", "hello");
        host.Run();
        Assert.Equal(["hello"], LongPollSemanticsTests.Texts(client.Read()!));
    }

    [Fact]
    public async Task Where_it_is_not_switched_on_it_is_no_method()
    {
        await using var host = new TopicHost();
        WireResponse refused = Post(host, "/", "x");
        Assert.Equal((405, "GET, HEAD, OPTIONS"), (refused.Status, refused.Field("Allow")));
        Assert.Equal(host.Topic.Start, host.Topic.End);

        await using var open = new TopicHost(Open);
        foreach (string method in (string[])["OPTIONS", "PUT"])
        {
            WireResponse response = Ask(open, $"{method} / HTTP/1.1\r\nHost: a\r\n\r\n");
            Assert.Equal((method == "PUT" ? 405 : 204, "GET, HEAD, OPTIONS, POST"), (response.Status, response.Field("Allow")));
        }
    }

    [Theory]
    [InlineData(10, 201)]
    [InlineData(11, 413)]
    public async Task A_body_has_a_bound(int length, int status)
    {
        await using var host = new TopicHost(Open with { MaxPublishBytes = 10 });
        Assert.Equal(status, Post(host, "/", new string('x', length)).Status);
        string chunked = $"{length:x}\r\n{new string('x', length)}\r\n0\r\n\r\n";
        Assert.Equal(status, Ask(host, $"POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{chunked}").Status);
        Assert.Equal(status == 201 ? 2 : 0, host.Topic.Messages);
    }

    [Fact]
    [Rule("TopicRules.MessageTooLarge")]
    public async Task A_message_that_its_topic_cannot_keep_is_refused()
    {
        await using var host = new TopicHost(Open, new TopicOptions { MaxBytes = 100 });
        WireResponse refused = Post(host, "/", new string('x', 50));
        Assert.Equal(413, refused.Status);
        Assert.Contains(TopicRules.MessageTooLarge.Sentence, refused.Text, StringComparison.Ordinal);
    }

    // What a page of any site can have a browser send without being asked for permission.
    [Theory]
    [InlineData(403, "Origin: https://evil", "Content-Type: text/plain")]
    [InlineData(403, "Origin: https://evil", "Content-Type: TEXT/PLAIN;charset=UTF-8")]
    [InlineData(403, "Origin: https://evil", "Content-Type: text/plain ; application/json")]
    [InlineData(403, "Origin: https://evil", "Content-Type: application/x-www-form-urlencoded")]
    [InlineData(403, "Origin: https://evil", "Content-Type: multipart/form-data; boundary=x")]
    [InlineData(403, "Origin: https://evil")]
    [InlineData(403, "Origin: null")]
    [InlineData(403, "Origin: ")]
    [InlineData(403, "Origin: https://a.evil")]
    [InlineData(403, "Origin: https://a:8080")]
    [InlineData(403, "Origin: evil://a@b")]
    [InlineData(403, "Sec-Fetch-Site: cross-site")]
    [InlineData(403, "Sec-Fetch-Site: same-site")]
    [InlineData(201, "Sec-Fetch-Site: same-origin")]
    [InlineData(201, "Sec-Fetch-Site: none")]
    [InlineData(201, "Origin: https://a", "Content-Type: text/plain")]
    [InlineData(201, "Origin: HTTP://A", "Content-Type: text/plain")]
    [InlineData(201, "Origin: https://friend", "Content-Type: text/plain")]
    [InlineData(201, "Origin: https://evil", "Content-Type: application/json")]
    [InlineData(201, "Content-Type: text/plain")]
    [InlineData(201)]
    [Rule("TopicRules.CrossSite")]
    public async Task A_form_of_another_site_s_page_is_refused(int status, params string[] fields)
    {
        await using var host = new TopicHost(Open with { Cors = new CorsOptions { Origins = ["https://friend"] } });
        WireResponse response = Post(host, "/", "x", fields);
        Assert.Equal(status, response.Status);
        Assert.Equal(status == 201 ? 1 : 0, host.Topic.Messages);
    }

    [Fact]
    public async Task The_program_says_who_may()
    {
        await using var host = new TopicHost(Open with
        {
            MayPublish = async (exchange, topic) =>
            {
                await Task.CompletedTask;
                string? who = exchange.Request.Fields.First("Authorization");
                if (who == "later") await exchange.RespondAsync(401, "who are you?");
                return who == "friend" && topic.Name == "a";
            },
        });
        Assert.Equal(403, Post(host, "/", "x").Status);
        Assert.Equal(401, Post(host, "/", "x", "Authorization: later").Status);
        Assert.Equal(0, host.Topic.Messages);
        Assert.Equal(201, Post(host, "/", "x", "Authorization: friend").Status);
        Assert.Equal(200, host.Ask("/").Status);
    }

    [Fact]
    public async Task The_route_or_the_query_names_the_topic()
    {
        var registry = new TopicRegistry();
        await using TopicHost host = TopicHost.Of(host => new Router()
            .Mount("/topics/{topic}", new TopicEndpoint(registry, host.Timed(Open)))
            .Mount("/query", new TopicEndpoint(registry, host.Timed(Open))));
        Assert.Equal(201, Post(host, "/topics/one", "1").Status);
        Assert.Equal(201, Post(host, "/query?topic=one", "2").Status);
        Assert.Equal(["1", "2"], LongPollSemanticsTests.Texts(host.Ask("/topics/one?after=earliest")));
        Assert.Equal(["1", "2"], LongPollSemanticsTests.Texts(host.Ask("/query?topic=one&after=earliest")));
        Assert.Equal(400, Post(host, "/query", "3").Status);
    }

    [Fact]
    public async Task Nothing_is_published_behind_the_end()
    {
        await using var host = new TopicHost(Open);
        host.Topic.Complete();
        Assert.Equal(409, Post(host, "/", "x").Status);
    }

    private static WireResponse Post(TopicHost host, string target, string body, params string[] fields) =>
        Ask(host, $"POST {target} HTTP/1.1\r\nHost: a\r\nContent-Length: {body.Length}\r\n{string.Concat(fields.Select(field => $"{field}\r\n"))}\r\n{body}");

    private static WireResponse Ask(TopicHost host, string request)
    {
        WireClient client = host.Connect();
        client.Send(request);
        return client.Read() ?? throw new InvalidDataException("There is no answer yet.");
    }
}
