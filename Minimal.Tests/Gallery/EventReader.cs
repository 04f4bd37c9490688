using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using Minimal.Http.Wire;
using Minimal.Sse;

namespace Minimal.Tests.Gallery;

/// <summary>Reads a demo's stream of Server-Sent Events, one event at a time.</summary>
internal sealed class EventReader(HttpResponseMessage response, System.IO.Stream body) : IAsyncDisposable
{
    private SseParser _parser;
    private readonly byte[] _buffer = new byte[16 * 1024];
    private ReadOnlySequence<byte> _unread;

    public string? ContentType => response.Content.Headers.ContentType?.MediaType;

    /// <summary>Opens a stream.</summary>
    /// <param name="server">Where.</param>
    /// <param name="url">By GET.</param>
    /// <param name="lastEventId">As an EventSource says it when it comes back.</param>
    public static Task<EventReader> OpenAsync(DemoServer server, string url, string? lastEventId = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Add("Accept", "text/event-stream");
        if (lastEventId is not null) request.Headers.Add("Last-Event-ID", lastEventId);
        return OpenAsync(server, request);
    }

    public static async Task<EventReader> OpenAsync(DemoServer server, HttpRequestMessage request)
    {
        HttpResponseMessage response = await server.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if (response.IsSuccessStatusCode) return new EventReader(response, await response.Content.ReadAsStreamAsync());
        response.Dispose();
        throw new HttpRequestException($"{request.Method} {request.RequestUri}: {response.StatusCode}");
    }

    /// <summary>The next event; an exception where the stream ends.</summary>
    public async Task<SseEvent> NextAsync() => await TryNextAsync() ?? throw new EndOfStreamException("The stream has ended.");

    /// <summary>The next event; null where the stream ends.</summary>
    public async Task<SseEvent?> TryNextAsync()
    {
        while (true)
        {
            if (TryParse(out SseEvent? parsed)) return parsed;
            int count = await body.ReadAsync(_buffer);
            if (count == 0) return null;
            _unread = new ReadOnlySequence<byte>(_buffer.AsMemory(0, count).ToArray());
        }
    }

    private bool TryParse([NotNullWhen(true)] out SseEvent? parsed)
    {
        var input = new SequenceReader<byte>(_unread);
        parsed = _parser.Read(ref input, out SseEventBytes received) == ParseStatus.Complete ? received.ToEvent() : null;
        _unread = input.UnreadSequence;
        return parsed is not null;
    }

    public async ValueTask DisposeAsync()
    {
        await body.DisposeAsync();
        response.Dispose();
    }
}
