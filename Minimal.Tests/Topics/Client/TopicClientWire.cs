using System.Net;
using System.Net.Http.Headers;

namespace Minimal.Tests.Topics;

/// <summary>What lies between a client and its server: it takes note of requests, fails when it is told to, and may hold responses back until they are whole.</summary>
internal sealed class TopicClientWire : DelegatingHandler
{
    private readonly Lock _lock = new();
    private readonly List<string> _queries = [];
    private int _inFlight;

    public TopicClientWire(MemoryServer server)
        : base(new SocketsHttpHandler { ConnectCallback = (_, _) => new ValueTask<Stream>(server.Connect().AsStream()) })
    {
    }

    /// <summary>How many of the next requests fail.</summary>
    public int Failures { get; set; }

    /// <summary>What they fail with: a status, or null for a lost connection.</summary>
    public HttpStatusCode? FailsWith { get; set; }

    /// <summary>What the failing ones ask for; null asks for nothing.</summary>
    public TimeSpan? RetryAfter { get; set; }

    /// <summary>Whether it is a proxy that passes on nothing but whole responses.</summary>
    public bool Buffers { get; init; }

    /// <summary>The most requests that were in flight at one time.</summary>
    public int MostInFlight { get; private set; }

    /// <summary>The queries of all requests, in order.</summary>
    public string[] Queries
    {
        get
        {
            lock (_lock) return [.. _queries];
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Begin(request.RequestUri!.Query);
        try
        {
            if (Failures > 0)
            {
                Failures--;
                return FailsWith is { } status ? Refusal(status) : throw new HttpRequestException("The connection was lost.");
            }

            HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
            if (Buffers) await response.Content.LoadIntoBufferAsync(cancellationToken);
            return response;
        }
        finally
        {
            lock (_lock) _inFlight--;
        }
    }

    private HttpResponseMessage Refusal(HttpStatusCode status)
    {
        var response = new HttpResponseMessage(status) { Content = new ByteArrayContent([]) };
        if (RetryAfter is { } wait) response.Headers.RetryAfter = new RetryConditionHeaderValue(wait);
        return response;
    }

    private void Begin(string query)
    {
        lock (_lock)
        {
            _queries.Add(query);
            MostInFlight = Math.Max(MostInFlight, ++_inFlight);
        }
    }
}
