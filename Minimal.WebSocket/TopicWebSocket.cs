using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>
/// A topic over WebSocket: text messages, each one JSON object as the other transports have it. The first says where the stream stands
/// (<c>{"type":"open","id"}</c>), and so does another now and then when a filter lets nothing through; gaps and the end are records too, and
/// behind the end comes Close 1000. A client of the subprotocol
/// <c>minimal.raw</c> gets the data alone. Where the endpoint lets clients publish, what a client sends is published as it is.
/// <para>Give one to <see cref="TopicEndpoint"/>: <c>new TopicEndpoint(topic, options, new TopicWebSocket())</c>.</para>
/// </summary>
/// <remarks>
/// Messages are framed once for all who read a topic; compressed ones, where that is switched on, once for all who agreed to compression.
/// One instance for all endpoints shares those logs, too.
/// </remarks>
public sealed class TopicWebSocket : TopicTransport
{
    private readonly TopicWebSocketOptions _options;
    private readonly WebSocketOptions _connection;
    private readonly TopicFrame _compressedJson, _compressedRaw;

    /// <summary>The transport.</summary>
    /// <param name="options">The terms; null takes the defaults.</param>
    public TopicWebSocket(TopicWebSocketOptions? options = null)
    {
        _options = options ?? new TopicWebSocketOptions();
        WebSocketOptions given = _options.Connection;
        _connection = given with
        {
            // RFC 7692 §7.1.1.1: only then are a message's compressed bytes the same for every client.
            Deflate = given.Deflate is { } policy ? policy with { ServerNoContextTakeover = true } : null,
            Subprotocols = [.. given.Subprotocols, TopicWebSocketOptions.RawProtocol],
        };
        _compressedJson = new TopicFrame(isRaw: false, given);
        _compressedRaw = new TopicFrame(isRaw: true, given);
    }

    /// <inheritdoc />
    public override string Name => "ws";

    /// <summary>Whether the client wants to upgrade to WebSocket.</summary>
    public override bool Matches(RequestHead request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Fields.HasMember("Upgrade", "websocket");
    }

    /// <inheritdoc />
    public override ValueTask RunAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(subscription);
        return subscription.Endpoint.TryEnter() ? ServeAsync(exchange, subscription) : RefuseAsync(exchange, TopicRules.TooManyHeld);
    }

    private async ValueTask ServeAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        TopicSender? sender = null;
        Task sending = Task.CompletedTask;
        try
        {
            if (await WebSocketConnection.AcceptAsync(exchange, TermsFor(subscription.Options)) is not { } connection) return;
            sender = new TopicSender(connection, subscription, FrameFor(connection), _options.SlowClient, exchange.Time);
            sending = sender.RunAsync();
            while (await connection.ReceiveAsync() is { } message)
            {
                // Behind this end's Close nothing is published any more.
                if (connection.State != ClosingState.Open) continue;
                if (await PublishAsync(exchange, subscription, message) is { } refusal) await connection.CloseOutputAsync(refusal.Code, refusal.Reason);
            }
        }
        catch (WebSocketClosedException)
        {
            // The connection knows why, and the sender hears of it.
        }
        finally
        {
            subscription.Endpoint.Leave();
            sender?.Stop();
            await sending;
        }
    }

    /// <summary>Who asks whether a client may publish looks at its request, which then has to be kept.</summary>
    private WebSocketOptions TermsFor(TopicEndpointOptions options) =>
        options is { CanPublish: true, MayPublish: not null } ? _connection with { KeepRequest = true } : _connection;

    private TopicFrame FrameFor(WebSocketConnection connection)
    {
        bool isRaw = connection.Subprotocol == TopicWebSocketOptions.RawProtocol;
        if (connection.Deflate is null) return isRaw ? TopicFrame.Raw : TopicFrame.Json;
        return isRaw ? _compressedRaw : _compressedJson;
    }

    /// <summary>Publishes what a client sent; null when that is done, else why not.</summary>
    private static async ValueTask<ClosePayload?> PublishAsync(HttpExchange exchange, TopicSubscription subscription, WebSocketMessage message)
    {
        TopicEndpointOptions options = subscription.Options;
        if (!options.CanPublish) return new ClosePayload(CloseCode.PolicyViolation, "nothing is published here");
        if (message.Data.Length > options.MaxPublishBytes) return new ClosePayload(CloseCode.TooBig, "a message that is published is smaller here");
        if (options.MayPublish is { } mayPublish && !await mayPublish(exchange, subscription.Topic)) return new ClosePayload(CloseCode.PolicyViolation, TopicRules.NotAllowed.Sentence);
        try
        {
            await subscription.Topic.PublishAsync(message.Data);
            return null;
        }
        catch (TopicException e)
        {
            return new ClosePayload(e.Rule.Code == 413 ? CloseCode.TooBig : CloseCode.PolicyViolation, e.Rule.Sentence);
        }
    }
}
