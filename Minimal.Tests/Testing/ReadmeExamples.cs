using System.IO.Pipelines;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Echo;
using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Http.Transports;
using Minimal.Sse;
using Minimal.Testing;
using Minimal.Tests.Http;
using Minimal.Tests.Sse;
using Minimal.Tests.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Testing;

/// <summary>The examples of the kit's README, line for line, over our own parsers and server: <see cref="ReadmeTests"/> compares them.</summary>
public sealed class ReadmeExamples
{
    [Fact]
    public void A_parser_at_every_split()
    {
        byte[] bytes = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray();
        string answer = Splits.Run(bytes, segments => MyParser.Describe(Segments.Sequence(segments)));
        Assert.Contains("GET", answer, StringComparison.Ordinal);
    }

    [Fact]
    public void Valid_requests()
    {
        PropertyCheck.Holds(HttpArbitraries.Requests(), request =>
            Assert.Equal(request.Body.Content, MyParser.ContentOf(request.ToBytes())));
    }

    [Fact]
    public void Nearly_valid_requests()
    {
        PropertyCheck.Holds(HttpArbitraries.NearlyRequests(), mutant =>
        {
            if (mutant.Rule is { } rule) Assert.False(MyParser.Accepts(mutant.ToBytes()), $"{mutant.Name} breaks: {rule}");
        });
    }

    [Fact]
    public void Event_streams()
    {
        PropertyCheck.Holds(SseArbitraries.Streams(), stream =>
            Assert.Equal(stream.Events, MyParser.EventsOf(stream.ToBytes())));
    }

    [Fact]
    public void Frames()
    {
        PropertyCheck.Holds(WebSocketArbitraries.FromClient(), stream =>
            Assert.Equal(stream.Messages.Select(message => message.Content), MyParser.MessagesOf(stream.ToBytes())));
    }

    [Fact]
    public void A_planted_fault()
    {
        Counterexample found = PropertyCheck.MustFail(HttpArbitraries.Requests(), request =>
            Assert.DoesNotContain("chunked", $"{request}", StringComparison.Ordinal));
        Assert.InRange($"{found.Smallest[0]}".Length, 0, 120);
    }

    [Fact]
    public async Task A_conversation_in_memory()
    {
        HttpHandler handler = exchange => exchange.RespondAsync(200, "text/plain", "hello"u8.ToArray());
        var time = new ManualTime();
        var listener = new MemoryListener(PipeScheduler.Inline);
        await using var server = new HttpServer(handler, [listener], new HttpServerOptions { Time = time });
        await server.StartAsync();

        await using Conversation client = Conversation.Over(listener, time);
        await client.SendAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
        ReceivedResponse response = await client.ExpectResponseAsync(200);
        Assert.Equal("hello", response.Text);

        await client.SendAsync("GET / HTTP/1.1\r\n");
        client.Advance(TimeSpan.FromSeconds(31));
        await client.ExpectResponseAsync(408);
        await client.ExpectEndAsync();
    }

    [Fact]
    public async Task A_conversation_with_any_server()
    {
        await using HttpServer echo = await StartEchoAsync();
        var url = new Uri($"http://{echo.EndPoints[0]}/");

        await using Conversation client = await Conversation.ConnectAsync(url);
        byte[] request = Encoding.ASCII.GetBytes($"POST / HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: 2\r\n\r\nhi");
        await client.SendAsync(request, new Segmentation([7, 1]), apart: TimeSpan.FromMilliseconds(1));
        client.HalfClose();
        byte[] answer = await client.ReadWhatComesAsync(patience: TimeSpan.FromSeconds(5));
        Assert.Equal("hi", ReceivedResponse.ReadAll(answer)[0].Text);
    }

    [Fact]
    public void No_loss_of_any_topic()
    {
        PropertyCheck.Holds(NoLossCheck.Of(start => NoLossServer.Of(start, new Topic("a", start.TopicOptions, new MemoryTopicStore(start.Epoch)))));
    }

    [Fact]
    public async Task No_loss_at_any_URL()
    {
        await using HttpServer echo = await StartEchoAsync();
        var url = new Uri($"http://{echo.EndPoints[0]}/topic");
        await Task.Run(() =>
        {
            PropertyCheck.Holds(NoLossCheck.Of(url, [NoLossTransport.ShortPoll, NoLossTransport.Ndjson]), tests: 20);
        });
    }

    [Fact]
    public async Task A_bad_network()
    {
        HttpHandler handler = exchange => exchange.RespondAsync(200, "text/plain", "hello"u8.ToArray());
        var listener = new MemoryListener();
        var network = new ChaosNetwork(ChaosOptions.Default with { Reset = 0.1 }, seed: 7);
        await using var server = new HttpServer(handler, [network.Around(listener)]);
        await server.StartAsync();
        await using Transport client = network.Around(listener.Connect());
        Assert.InRange(network.Connections, 1, 2);
    }

    [Fact]
    public void The_fuzz_loop()
    {
        var loop = new FuzzLoop(new MyTarget(), new CoverageMap(), seed: 1);
        loop.Add("GET / HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        while (loop.Executions < 1000) loop.Step();
        Assert.Empty(loop.Findings);
    }

    private static async Task<HttpServer> StartEchoAsync()
    {
        var server = new HttpServer(EchoRoutes.Create(), [new SocketListener(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0))]);
        await server.StartAsync();
        return server;
    }

    private sealed class MyTarget : FuzzTarget
    {
        public override string Name => "request";

        public override string Invariant => "whatever comes, there is an answer";

        public override void Check(byte[] input) => MyParser.Accepts(input);
    }

    /// <summary>What stands for the reader's own parser.</summary>
    private static class MyParser
    {
        public static string Describe(System.Buffers.ReadOnlySequence<byte> bytes) => $"{RequestReader.Read([.. Parts(bytes)]).Head?.Method}";

        public static byte[] ContentOf(byte[] bytes) => RequestReader.Read([bytes]).Content;

        public static bool Accepts(byte[] bytes) => RequestReader.Read([bytes]).Broken is null;

        public static List<SseEvent> EventsOf(byte[] bytes) => SseStreams.ReadPieces([bytes]).Events;

        public static IEnumerable<byte[]> MessagesOf(byte[] bytes) => PureReceiver.Transcript([bytes]).Split('\n')
            .Where(line => line.StartsWith("text", StringComparison.Ordinal) || line.StartsWith("binary", StringComparison.Ordinal))
            .Select(line => line.StartsWith("text", StringComparison.Ordinal) ? Encoding.UTF8.GetBytes(line["text ".Length..]) : Convert.FromHexString(line["binary ".Length..]));

        private static IEnumerable<ReadOnlyMemory<byte>> Parts(System.Buffers.ReadOnlySequence<byte> bytes)
        {
            foreach (ReadOnlyMemory<byte> part in bytes) yield return part;
        }
    }
}
