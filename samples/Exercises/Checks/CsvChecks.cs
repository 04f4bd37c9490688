using System.Text;
using Minimal.Http.Topics;

namespace Exercises.Checks;

/// <summary>Exercise 6: a transport of one's own.</summary>
internal static class CsvChecks
{
    private const string Head = "kind,id,data\r\n";

    public static async Task RunAsync(Checklist list, TopicTransport transport)
    {
        await list.CheckAsync("the table has a heading, and says where it stands", async () =>
            Expect.Same($"{Head}open,e-0,\r\nmessage,e-1,one\r\nend,e-1,\r\n", await ReadAsync(transport, "via=csv&after=earliest", "one"), "A topic with one message, which is complete."));
        await list.CheckAsync("Accept: text/csv asks for it too", async () =>
            Expect.Contains(await ReadAsync(transport, "after=earliest", "one"), "message,e-1,one\r\n", "MediaType says what Accept has to name."));
        await list.CheckAsync("a comma stands in quotes", async () =>
            Expect.Contains(await ReadAsync(transport, "via=csv&after=earliest", "a,b"), "message,e-1,\"a,b\"\r\n", "Else it would be four columns (RFC 4180 §2)."));
        await list.CheckAsync("a quote is doubled", async () =>
            Expect.Contains(await ReadAsync(transport, "via=csv&after=earliest", "say \"hi\""), "message,e-1,\"say \"\"hi\"\"\"\r\n", "A quote inside quotes is two (RFC 4180 §2)."));
        await list.CheckAsync("a line break stays in its row", async () =>
            Expect.Contains(await ReadAsync(transport, "via=csv&after=earliest", "one\nend,e-9,\r\ntwo"), "message,e-1,\"one\nend,e-9,\r\ntwo\"\r\n", "Or a message could pretend to be the stream's own word."));
        await list.CheckAsync("who was here before goes on", async () =>
            Expect.Same($"{Head}open,e-1,\r\nmessage,e-2,two\r\nend,e-2,\r\n", await ReadAsync(transport, "via=csv&after=e-1", "one", "two"), "Nothing twice, nothing lost."));
        await list.CheckAsync("a gap is said", async () =>
            Expect.Same($"{Head}open,d-7,\r\ngap,e-0,d-7\r\nmessage,e-1,one\r\nend,e-1,\r\n", await ReadAsync(transport, "via=csv&after=d-7", "one"), "d is another life of the log: what was behind d-7 cannot be had any more."));
        await list.CheckAsync("a server that stops says when to come again", async () =>
        {
            var topic = new Topic("a", store: new MemoryTopicStore(epoch: 0xE));
            var endpoint = new TopicEndpoint(topic, new TopicEndpointOptions { ReturnSpread = TimeSpan.Zero }, transport);
            await using Host host = await Host.StartAsync(endpoint);
            await using Talk talk = host.Connect();
            await talk.SayAsync("GET /?via=csv HTTP/1.1\r\nHost: a\r\n\r\n");
            await talk.HearAsync("\r\n\r\n");
            _ = host.StopAsync();
            Expect.Contains(await talk.HearAsync("again,e-0,0\r\n"), "again,e-0,0\r\n", "The third column is how long to wait, in milliseconds.");
        });
    }

    // The topic is complete, so that the answer is. Chunks are taken apart here: the framing should not need to know of them.
    private static async Task<string> ReadAsync(TopicTransport transport, string query, params string[] messages)
    {
        var topic = new Topic("a", store: new MemoryTopicStore(epoch: 0xE));
        foreach (string message in messages) await topic.PublishAsync(Encoding.UTF8.GetBytes(message));
        await topic.CompleteAsync();
        await using Host host = await Host.StartAsync(new TopicEndpoint(topic, null, transport));
        string answer = await host.AskAsync($"GET /?{query} HTTP/1.1\r\nHost: a\r\nAccept: text/csv\r\nConnection: close\r\n\r\n", hangsUp: false);
        Expect.Contains(answer, "HTTP/1.1 200 ", "The request was not understood.");
        return Dechunk(answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..]);
    }

    private static string Dechunk(string body)
    {
        var content = new StringBuilder();
        while (body.Length > 0)
        {
            int end = body.IndexOf("\r\n", StringComparison.Ordinal);
            if (end < 0) Expect.Fail($"The answer is cut short: {body}");
            int size = Convert.ToInt32(body[..end], 16);
            content.Append(body, end + 2, size);
            body = body[(end + 2 + size + 2)..];
        }

        return content.ToString();
    }
}
