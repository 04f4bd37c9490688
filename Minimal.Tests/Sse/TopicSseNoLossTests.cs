using System.IO.Pipelines;
using Minimal.Http.Topics;
using Minimal.Sse;
using Minimal.Tests.Topics;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>A topic over SSE, with our client, while connections are cut and others publish.</summary>
public sealed class TopicSseNoLossTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [Requirement("SSE-9.2.4-03")]
    public async Task Nothing_is_lost_and_nothing_comes_twice_however_often_it_is_cut(int seed)
    {
        const int Messages = 20_000, Cuts = 30;
        var random = new Random(seed);
        var topic = new Topic("a", new TopicOptions { MaxMessages = Messages, MaxBytes = null });
        await using SseServer server = await SseServer.StartAsync(new TopicEndpoint(topic, null, new TopicSse()), scheduler: PipeScheduler.ThreadPool);
        using HttpClient http = server.CreateClient();
        var client = new SseClient(http, new Uri("http://a/?via=sse"), new SseClientOptions { MinReconnectionTime = TimeSpan.Zero, ReconnectionTime = TimeSpan.FromMilliseconds(1), MaxBackOff = TimeSpan.Zero });

        var connected = new TaskCompletionSource();
        Task publishing = Task.Run(async () =>
        {
            await connected.Task;
            for (int i = 1; i <= Messages; i++)
            {
                topic.Publish($"{i}");
                if (i % 50 == 0) await Task.Yield();
            }
        });

        HashSet<int> cutAt = [.. Enumerable.Range(0, Cuts).Select(_ => random.Next(1, Messages))];
        int next = 1;
        topic.Publish("0");
        await using IAsyncEnumerator<SseEvent> reading = client.GetAsyncEnumerator();
        Task<bool> first = reading.MoveNextAsync().AsTask();
        while (topic.Waiters == 0) await Task.Yield();   // the client stands behind message 0
        connected.SetResult();
        Assert.True(await first);
        do
        {
            Assert.Equal($"{next}", reading.Current.Data);
            Assert.Equal($"{topic.Place(next + 1)}", reading.Current.Id);
            if (cutAt.Remove(next)) server.Connections[^1].Abort();
        }
        while (next++ < Messages && await reading.MoveNextAsync());

        await publishing;
        Assert.Equal(Messages + 1, next);
        Assert.True(server.Connections.Count > Cuts / 2);
    }
}
