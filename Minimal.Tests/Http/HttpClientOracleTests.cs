using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Transports;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>The framework's client, which knows nothing of this project, over TCP and over a Unix domain socket: what it sends is read, what it gets it understands.</summary>
public sealed class HttpClientOracleTests
{
    // More than all buffers on the way together.
    private const int Big = 6 * 1024 * 1024;

    public enum Way
    {
        Tcp,
        Unix,
        TcpOnEpoll,
        UnixOnEpoll,
    }

    [Theory]
    [Requirement("H1-6.1-01", "H1-7.1.3-01")]
    [InlineData(Way.Tcp, true)]
    [InlineData(Way.Tcp, false)]
    [InlineData(Way.Unix, true)]
    [InlineData(Way.Unix, false)]
    [InlineData(Way.TcpOnEpoll, true)]
    [InlineData(Way.TcpOnEpoll, false)]
    [InlineData(Way.UnixOnEpoll, true)]
    [InlineData(Way.UnixOnEpoll, false)]
    public async Task Megabytes_go_up_and_down_whole(Way way, bool isMeasured)
    {
        await using Host host = await Host.StartAsync();
        using HttpClient client = host.Client(way);
        byte[] bytes = Bytes(Big);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/digest") { Content = new ByteArrayContent(bytes) };
        request.Headers.TransferEncodingChunked = !isMeasured;
        using HttpResponseMessage up = await client.SendAsync(request);
        Assert.Equal(Convert.ToHexString(SHA256.HashData(bytes)), await up.Content.ReadAsStringAsync());

        using HttpResponseMessage down = await client.GetAsync(new Uri(isMeasured ? "/bytes" : "/chunks", UriKind.Relative));
        Assert.Equal(!isMeasured, down.Headers.TransferEncodingChunked == true);
        Assert.True((await down.Content.ReadAsByteArrayAsync()).AsSpan().SequenceEqual(bytes));
    }

    [Theory]
    [Requirement("HS-10.1.1-01", "HS-10.1.1-05")]
    [InlineData(Way.Tcp)]
    [InlineData(Way.Unix)]
    [InlineData(Way.TcpOnEpoll)]
    [InlineData(Way.UnixOnEpoll)]
    public async Task A_client_that_waits_to_be_asked_sends_when_it_is_asked_and_only_then(Way way)
    {
        await using Host host = await Host.StartAsync();
        using HttpClient client = host.Client(way);
        var wanted = new WatchedContent(Bytes(Big));
        using HttpResponseMessage taken = await SendExpectingAsync(client, "/digest", wanted);
        Assert.Equal((HttpStatusCode.OK, true), (taken.StatusCode, wanted.WasSent));

        var unwanted = new WatchedContent(Bytes(Big));
        using HttpResponseMessage refused = await SendExpectingAsync(client, "/refuse", unwanted);
        Assert.Equal((HttpStatusCode.Forbidden, false), (refused.StatusCode, unwanted.WasSent));
        Assert.True(refused.Headers.ConnectionClose);

        // The connection that was closed is not used again.
        Assert.Equal("hello", await client.GetStringAsync(new Uri("/hello", UriKind.Relative)));
    }

    [Theory]
    [Requirement("HS-15.2-01")]
    [InlineData(Way.Tcp)]
    [InlineData(Way.Unix)]
    [InlineData(Way.TcpOnEpoll)]
    [InlineData(Way.UnixOnEpoll)]
    public async Task Interim_answers_are_passed_over_and_trailers_arrive(Way way)
    {
        await using Host host = await Host.StartAsync();
        using HttpClient client = host.Client(way);
        Assert.Equal("hinted", await client.GetStringAsync(new Uri("/hints", UriKind.Relative)));
        using var request = new HttpRequestMessage(HttpMethod.Get, "/trailers");
        request.Headers.TE.Add(new TransferCodingWithQualityHeaderValue("trailers"));
        using HttpResponseMessage response = await client.SendAsync(request);
        Assert.Equal("abc", await response.Content.ReadAsStringAsync());
        Assert.Equal("3", Assert.Single(response.TrailingHeaders.GetValues("X-Length")));
    }

    [Theory]
    [Requirement("H1-9.3-01")]
    [InlineData(Way.Tcp)]
    [InlineData(Way.Unix)]
    [InlineData(Way.TcpOnEpoll)]
    [InlineData(Way.UnixOnEpoll)]
    public async Task HTTP_1_0_and_close_get_one_answer_for_each_connection(Way way)
    {
        await using Host host = await Host.StartAsync();
        using HttpClient client = host.Client(way);
        foreach (string path in (string[])["/hello", "/bytes", "/chunks"])
        {
            using var old = new HttpRequestMessage(HttpMethod.Get, path) { Version = HttpVersion.Version10, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
            using HttpResponseMessage first = await client.SendAsync(old);
            Assert.Equal(path == "/hello" ? 5 : Big, (await first.Content.ReadAsByteArrayAsync()).Length);
            using var closing = new HttpRequestMessage(HttpMethod.Get, path);
            closing.Headers.ConnectionClose = true;
            using HttpResponseMessage second = await client.SendAsync(closing);
            Assert.True(second.Headers.ConnectionClose);
            Assert.Equal(path == "/hello" ? 5 : Big, (await second.Content.ReadAsByteArrayAsync()).Length);
        }

        Assert.Equal(6, (await host.Log.EndsAsync(6)).Count(end => end == ConnectionEnd.CloseRequested));
    }

    [Theory]
    [Requirement("H1-9.5-02")]
    [InlineData(Way.Tcp)]
    [InlineData(Way.Unix)]
    [InlineData(Way.TcpOnEpoll)]
    [InlineData(Way.UnixOnEpoll)]
    public async Task A_client_that_gives_up_in_the_middle_of_an_answer_is_noticed(Way way)
    {
        await using Host host = await Host.StartAsync();
        using HttpClient client = host.Client(way);
        using var enough = new CancellationTokenSource();
        using HttpResponseMessage response = await client.GetAsync(new Uri("/endless", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, enough.Token);
        await using Stream stream = await response.Content.ReadAsStreamAsync(CancellationToken.None);
        await stream.ReadExactlyAsync(new byte[100_000], CancellationToken.None);
        await enough.CancelAsync();
        response.Dispose();
        await host.Aborted.Task.WaitAsync(Conversation.Patience, TimeProvider.System, CancellationToken.None);
        Assert.Equal("hello", await client.GetStringAsync(new Uri("/hello", UriKind.Relative), CancellationToken.None));
    }

    [Theory]
    [InlineData(Way.Tcp)]
    [InlineData(Way.Unix)]
    [InlineData(Way.TcpOnEpoll)]
    [InlineData(Way.UnixOnEpoll)]
    public async Task Many_at_a_time_get_each_its_own_answer(Way way)
    {
        await using Host host = await Host.StartAsync();
        using HttpClient client = host.Client(way);
        await Task.WhenAll(Enumerable.Range(0, 24).Select(async worker =>
        {
            for (int i = 0; i < 20; i++)
            {
                byte[] bytes = Bytes(1 + (worker * 997) + (i * 31));
                using var content = new ByteArrayContent(bytes);
                using HttpResponseMessage response = await client.PostAsync(new Uri("/digest", UriKind.Relative), content);
                Assert.Equal(Convert.ToHexString(SHA256.HashData(bytes)), await response.Content.ReadAsStringAsync());
            }
        }));
    }

    [Theory]
    [Requirement("H1-9.3.2-01")]
    [InlineData(Way.Tcp)]
    [InlineData(Way.Unix)]
    [InlineData(Way.TcpOnEpoll)]
    [InlineData(Way.UnixOnEpoll)]
    public async Task A_thousand_requests_that_are_sent_without_waiting_are_answered_in_order(Way way)
    {
        const int count = 1000;
        await using Host host = await Host.StartAsync();
        await using var conversation = new Conversation(await SocketTransport.ConnectAsync(host.EndPoint(way)));
        Task sending = Task.Run(async () =>
        {
            var all = new StringBuilder();
            for (int i = 0; i < count; i++) all.Append(i % 3 == 0 ? $"GET /number/{i} HTTP/1.1\r\nHost: a\r\n\r\n" : Post(i, isChunked: i % 3 == 1));
            byte[] bytes = Encoding.ASCII.GetBytes(all.ToString());
            for (int at = 0; at < bytes.Length; at += 777) await conversation.Transport.Output.WriteAsync(bytes.AsMemory(at, Math.Min(777, bytes.Length - at)));
        });
        for (int i = 0; i < count; i++) Assert.Equal($"{i}", (await conversation.ExpectResponseAsync(200)).Text);
        await sending;
        conversation.ExpectNothing();
    }

    private static string Post(int number, bool isChunked)
    {
        string text = number.ToString(CultureInfo.InvariantCulture);
        return isChunked
            ? $"POST /number HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{text[0]}\r\n{(text.Length > 1 ? $"{text.Length - 1}\r\n{text[1..]}\r\n" : "")}0\r\n\r\n"
            : $"POST /number HTTP/1.1\r\nHost: a\r\nContent-Length: {text.Length}\r\n\r\n{text}";
    }

    private static byte[] Bytes(int count)
    {
        byte[] bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }

    private static async Task<HttpResponseMessage> SendExpectingAsync(HttpClient client, string path, HttpContent content)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = content };
        request.Headers.ExpectContinue = true;
        return await client.SendAsync(request);
    }

    /// <summary>Content that knows whether anybody asked for it.</summary>
    private sealed class WatchedContent(byte[] bytes) : HttpContent
    {
        public bool WasSent { get; private set; }

        protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            WasSent = true;
            return stream.WriteAsync(bytes).AsTask();
        }

        protected override bool TryComputeLength(out long length)
        {
            length = bytes.Length;
            return true;
        }
    }

    /// <summary>A server on a port and on a file.</summary>
    private sealed class Host : IAsyncDisposable
    {
        private readonly string _file = Path.Combine(Path.GetTempPath(), $"minimal-{Guid.NewGuid():N}");
        private readonly HttpServer _server;

        private Host()
        {
            Listener[] listeners =
            [
                TestServer.ListenOn(Network.Tcp, new IPEndPoint(IPAddress.Loopback, 0)),
                TestServer.ListenOn(Network.Tcp, new UnixDomainSocketEndPoint($"{_file}.1")),
                TestServer.ListenOn(Network.Epoll, new IPEndPoint(IPAddress.Loopback, 0)),
                TestServer.ListenOn(Network.Epoll, new UnixDomainSocketEndPoint($"{_file}.2")),
            ];
            _server = new HttpServer(Routes(), listeners, new HttpServerOptions { Time = new ManualTime(), Logging = Log });
        }

        public RecordingLog Log { get; } = new();

        /// <summary>Ends when the handler of <c>/endless</c> has.</summary>
        public TaskCompletionSource Aborted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public static async Task<Host> StartAsync()
        {
            var host = new Host();
            await host._server.StartAsync();
            return host;
        }

        private Router Routes() => new Router()
            .Get("/hello", exchange => exchange.RespondAsync(200, "hello"))
            .Get("/bytes", exchange => exchange.RespondAsync(200, "application/octet-stream", Bytes(Big)))
            .Get("/number/{n}", exchange => exchange.RespondAsync(200, exchange.Route["n"]))
            .Post("/number", async exchange => await exchange.RespondAsync(200, "text/plain", await exchange.RequestBody.ReadAllAsync(100)))
            .Post("/refuse", exchange => exchange.RespondAsync(403, "no"))
            .Post("/digest", async exchange => await exchange.RespondAsync(200, Convert.ToHexString(await SHA256.HashDataAsync(exchange.RequestBody))))
            .Get("/chunks", async exchange =>
            {
                byte[] bytes = Bytes(Big);
                for (int at = 0, size = 1; at < Big; at += size, size = Math.Min(Math.Min(2 * size, 300_000), Big - at)) await exchange.ResponseBody.WriteAsync(bytes.AsMemory(at, size));
            })
            .Get("/hints", async exchange =>
            {
                for (int i = 0; i < 3; i++) await exchange.SendInterimAsync(103, new HttpField("Link", "</a.css>; rel=preload"));
                await exchange.RespondAsync(200, "hinted");
            })
            .Get("/trailers", async exchange =>
            {
                exchange.ResponseBody.AnnounceTrailers("X-Length");
                await exchange.ResponseBody.WriteAsync("abc"u8.ToArray());
                exchange.ResponseBody.Trailers.Set("X-Length", "3");
            })
            .Get("/endless", async exchange =>
            {
                CancellationToken aborted = exchange.Aborted;
                try
                {
                    while (!aborted.IsCancellationRequested) await exchange.ResponseBody.WriteAsync(new byte[10_000], aborted);
                }
                finally
                {
                    Aborted.TrySetResult();
                }
            });

        public EndPoint EndPoint(Way way) => _server.EndPoints[(int)way];

        public HttpClient Client(Way way)
        {
            EndPoint endPoint = EndPoint(way);
            var handler = new SocketsHttpHandler
            {
                // Who expects to be asked waits until it is.
                Expect100ContinueTimeout = TimeSpan.FromMinutes(5),
                ConnectCallback = async (_, cancellation) =>
                {
                    var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Unspecified);
                    await socket.ConnectAsync(endPoint, cancellation);
                    return new NetworkStream(socket, ownsSocket: true);
                },
            };
            return new HttpClient(handler) { BaseAddress = new Uri("http://a/"), Timeout = Conversation.Patience };
        }

        public async ValueTask DisposeAsync()
        {
            using var now = new CancellationTokenSource();
            await now.CancelAsync();
            await _server.StopAsync(now.Token);
            await _server.DisposeAsync();
            Assert.Empty(Log.Complaints);
        }
    }
}
