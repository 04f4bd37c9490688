using System.Globalization;
using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Sse;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Echo;

/// <summary>What stays open: a stream of events, a WebSocket, a topic in every way that there is.</summary>
internal static class EchoStreams
{
    // No deflate stream is denser: tools may send what they like.
    private const int MaxRatio = 1032;

    private const int MessageBytes = 64 * 1024 * 1024, TopicBytes = 256 * 1024 * 1024;

    /// <summary>
    /// A topic that everybody may publish to and read: a history of 100,000 messages of 1 KiB and more, and its framed logs reach as far back. A stream is
    /// not asked to begin anew now and then, and holds are as long as asked for: a run is not about that.
    /// </summary>
    public static TopicEndpoint NewTopic(bool deflate) => new(
        new Topic("topic", TopicOptions.Default with { MaxMessages = 100_000, MaxBytes = TopicBytes, MaxFramedBytes = TopicBytes }),
        TopicEndpointOptions.Default with { CanPublish = true, MaxPublishBytes = 1024 * 1024, RecycleBytes = long.MaxValue / 2, HoldJitter = 0 },
        new TopicSse(),
        new TopicWebSocket(new TopicWebSocketOptions { Connection = Options(deflate) }));

    /// <summary>Every message back, whole, whoever asks: tools send what they like as Origin.</summary>
    public static HttpHandler WebSocket(bool deflate) => WebSocketConnection.Handler(EchoAsync, Options(deflate));

    /// <summary>Events with the numbers 1, 2, 3 … as data and ID, beginning behind the client's Last-Event-ID, with that pause between them.</summary>
    public static async ValueTask CountAsync(HttpExchange exchange, int milliseconds)
    {
        await using SseStream stream = await SseStream.StartAsync(exchange);
        _ = long.TryParse(stream.LastEventId, NumberStyles.None, CultureInfo.InvariantCulture, out long number);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(Math.Max(1, milliseconds)), exchange.Time);
        using CancellationTokenRegistration ended = stream.Ended.UnsafeRegister(static timer => ((PeriodicTimer)timer!).Dispose(), timer);
        do
        {
            string text = (++number).ToString(CultureInfo.InvariantCulture);
            await stream.SendAsync(new SseEvent(text, Id: text));
        }
        while (await timer.WaitForNextTickAsync());
    }

    private static WebSocketOptions Options(bool deflate) => WebSocketOptions.Default with
    {
        Limits = WebSocketLimits.Default with { MaxFrameBytes = MessageBytes, MaxMessageBytes = MessageBytes, MaxInflateRatio = MaxRatio },
        MaxQueuedBytes = 2 * MessageBytes,
        Origins = OriginPolicy.Any,
        Deflate = deflate ? DeflatePolicy.Default : null,
        MinCompressBytes = 0,
    };

    private static async ValueTask EchoAsync(WebSocketConnection connection)
    {
        while (await connection.ReceiveAsync() is { } message) await connection.SendAsync(message.Data, message.Opcode);
    }
}
