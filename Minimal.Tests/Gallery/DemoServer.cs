using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Gallery;

/// <summary>A demo of the Gallery by itself, without a network, on a clock that the test turns.</summary>
internal sealed class DemoServer : IAsyncDisposable
{
    // Within the call: who has sent a request knows that the demo has got it, and that turning the clock counts for it.
    private readonly MemoryListener _listener = new(PipeScheduler.Inline);
    private readonly HttpServer _server;

    private DemoServer(HttpHandler demo, ILoggerFactory? logging)
    {
        _server = new HttpServer(demo, [_listener], new HttpServerOptions { Time = Time, Logging = logging ?? NullLoggerFactory.Instance });
        var sockets = new SocketsHttpHandler { AllowAutoRedirect = false, ConnectCallback = (_, _) => new ValueTask<Stream>(_listener.Connect().AsStream()) };
        Client = new HttpClient(sockets) { BaseAddress = new Uri("http://a/") };
    }

    private ManualTime Time { get; } = new();

    public DateTimeOffset Now => Time.GetUtcNow();

    public HttpClient Client { get; }

    public static async Task<DemoServer> StartAsync(HttpHandler demo, ILoggerFactory? logging = null)
    {
        var server = new DemoServer(demo, logging);
        await server._server.StartAsync();
        return server;
    }

    /// <summary>A connection, for what is not HTTP.</summary>
    public MemoryTransport Connect() => _listener.Connect();

    /// <summary>Sends a request on a connection of its own. When this returns, the demo has done with it what it can before time passes.</summary>
    /// <param name="line">Method and target.</param>
    /// <returns>The body of the answer, when it comes.</returns>
    public Task<string> Ask(string line)
    {
        MemoryTransport transport = _listener.Connect();
        ValueTask<FlushResult> sent = transport.Output.WriteAsync(Encoding.ASCII.GetBytes($"{line} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n"));
        Assert.True(sent.IsCompletedSuccessfully);
        return ReadAsync(transport);
    }

    /// <summary>Turns the clock. When this returns, the demo has done what it does as time passes; who is told of news by then is told soon.</summary>
    public void Turn(TimeSpan by)
    {
        // A test's own context would have what waits for a timer go on elsewhere, later.
        SynchronizationContext? context = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(null);
        try
        {
            Time.Advance(by);
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(context);
        }
    }

    public Task<string> GetAsync(string url) => Client.GetStringAsync(url);

    public async Task<JsonElement> GetJsonAsync(string url) => Json(await GetAsync(url));

    public async Task<JsonElement> PostJsonAsync(string url, string json)
    {
        using HttpResponseMessage response = await PostAsync(url, json);
        return Json(await response.EnsureSuccessStatusCode().Content.ReadAsStringAsync());
    }

    public async Task<HttpResponseMessage> PostAsync(string url, string body, string type = "application/json", string? origin = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, Encoding.UTF8, type) };
        if (origin is not null) request.Headers.Add("Origin", origin);
        return await Client.SendAsync(request);
    }

    public static JsonElement Json(string json) => JsonSerializer.Deserialize<JsonElement>(json);

    /// <summary>Waits for something that is about to happen.</summary>
    public static async Task UntilAsync(Func<bool> condition)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        while (!condition())
        {
            late.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await _server.DisposeAsync();
    }

    private static async Task<string> ReadAsync(MemoryTransport transport)
    {
        await using (transport)
        {
            using var reader = new StreamReader(transport.Input.AsStream());
            string answer = await reader.ReadToEndAsync();
            return answer[(answer.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..];
        }
    }
}
