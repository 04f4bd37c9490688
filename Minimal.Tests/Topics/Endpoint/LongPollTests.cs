using System.Text.Json;
using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Long polling, as RFC 6202 §2 has it.</summary>
public sealed class LongPollTests
{
    [Fact]
    [Requirement("LP-2.1-01", "LP-5.4-01")]
    public async Task A_poll_is_answered_when_something_happens()
    {
        await using var host = new TopicHost();
        await using WireClient client = host.Connect();
        client.Send($"GET /poll?via=long&after={host.Topic.Start} HTTP/1.1\r\nHost: a\r\n\r\n");
        host.Advance(1);
        Assert.Equal("", client.Pump().Raw);
        Assert.Equal((1, 1), (host.Endpoint.Waiting, host.Topic.Waiters));

        Cursor id = host.Publish("hello");
        WireResponse response = client.Read()!;
        Assert.Equal(200, response.Status);
        Assert.Equal("application/json", response.Field("Content-Type"));
        Assert.Equal($"{id}", response.Field("Last-Event-ID"));
        Assert.Equal($$"""{"after":"{{id}}","messages":[{"id":"{{id}}","type":null,"key":null,"data":"hello"}],"gap":null,"end":false}""", response.Text);
        Assert.Equal((0, 0), (host.Endpoint.Waiting, host.Topic.Waiters));
    }
}
