using System.IO.Pipelines;
using System.Text;
using Minimal.Http;
using Minimal.Http.Wire;
using Minimal.Sse;

namespace Minimal.Tests.Sse;

/// <summary>A server that answers one request after the other as it is written here, and behind the last of them 204; and a client for it.</summary>
internal sealed class SseScript : IAsyncDisposable
{
    private readonly List<Dictionary<string, string>> _requests = [];
    private SseServer? _server;

    private SseScript(HttpClient? http) => Http = http!;

    public SseServer Server => _server!;

    public HttpClient Http { get; private set; }

    /// <summary>The clock of the client.</summary>
    public WaitingTime Time { get; } = new();

    /// <summary>What the client said about its state: <c>Connecting Lost</c>.</summary>
    public List<string> States { get; } = [];

    /// <summary>How long <see cref="ReadAllAsync"/> had to wait each time.</summary>
    public List<TimeSpan> Waits { get; } = [];

    /// <summary>The fields of each request, a character a byte; method and target are among them.</summary>
    public IReadOnlyList<Dictionary<string, string>> Requests
    {
        get
        {
            lock (_requests) return [.. _requests];
        }
    }

    public static async Task<SseScript> StartAsync(params HttpHandler[] answers)
    {
        var script = new SseScript(null);
        script._server = await SseServer.StartAsync(exchange => script.AnswerAsync(exchange, answers), scheduler: PipeScheduler.ThreadPool);
        script.Http = script._server.CreateClient();
        return script;
    }

    /// <summary>An answer of text, as it is, which then ends.</summary>
    public static HttpHandler Stream(string utf8) => exchange => exchange.RespondAsync(200, "text/event-stream", Encoding.UTF8.GetBytes(utf8));

    /// <summary>A stream of text that stays open.</summary>
    public static HttpHandler Open(string utf8) => async exchange =>
    {
        await using SseStream stream = await SseStream.StartAsync(exchange, new SseStreamOptions { Retry = null });
        if (utf8.Length > 0) await stream.SendAsync(Encoding.UTF8.GetBytes(utf8));
        await stream.WhenEndedAsync();
    };

    public SseClient CreateClient(SseClientOptions? options = null, string uri = "http://a/events") => new(
        Http,
        new Uri(uri),
        (options ?? new SseClientOptions()) with { Time = Time, StateChanged = (state, cause) => States.Add(cause is null ? $"{state}" : $"{state} {cause.Failure}") });

    /// <summary>Reads to the end, and lets all waits pass.</summary>
    public async Task<List<SseEvent>> ReadAllAsync(SseClient client, Action<SseEvent>? read = null)
    {
        using var done = new CancellationTokenSource();
        Task passing = PassAllAsync(done.Token);
        var events = new List<SseEvent>();
        try
        {
            await foreach (SseEvent received in client)
            {
                events.Add(received);
                read?.Invoke(received);
            }
        }
        finally
        {
            await done.CancelAsync();
            await passing;
        }

        return events;
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        await Server.DisposeAsync();
    }

    private async Task PassAllAsync(CancellationToken done)
    {
        try
        {
            while (true)
            {
                TimeSpan wait = await Time.NextAsync(done);
                Waits.Add(wait);
                Time.Advance(wait);
            }
        }
        catch (OperationCanceledException)
        {
            // All was read.
        }
    }

    private ValueTask AnswerAsync(HttpExchange exchange, HttpHandler[] answers)
    {
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase) { ["method"] = exchange.Request.Method, ["target"] = exchange.Request.Target };
        foreach (HttpField field in exchange.Request.Fields) fields[field.Name] = field.Value;
        int number;
        lock (_requests)
        {
            number = _requests.Count;
            _requests.Add(fields);
        }

        return number < answers.Length ? answers[number](exchange) : SseStream.StopAsync(exchange);
    }
}
