using Minimal.Http;
using Minimal.Http.Topics;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>
/// A topic over WebSocket: text messages, each one JSON object as the other transports have it. The first says where the stream stands
/// (<c>{"type":"open","id"}</c>); gaps and the end are records too, and behind the end comes Close 1000. A client of the subprotocol
/// <c>minimal.raw</c> gets the data alone. Where the endpoint lets clients publish, what a client sends is published as it is.
/// <para>Give one to <see cref="TopicEndpoint"/>: <c>new TopicEndpoint(topic, options, new TopicWebSocket())</c>.</para>
/// </summary>
public sealed class TopicWebSocket : TopicTransport
{
    private readonly TopicWebSocketOptions _options;
    private readonly WebSocketOptions _connection;

    /// <summary>The transport.</summary>
    /// <param name="options">The terms; null takes the defaults.</param>
    public TopicWebSocket(TopicWebSocketOptions? options = null)
    {
        _options = options ?? new TopicWebSocketOptions();
        _connection = _options.Connection with { Deflate = null, Subprotocols = [.. _options.Connection.Subprotocols, TopicWebSocketOptions.RawProtocol] };
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
    public override async ValueTask RunAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(subscription);
        if (!subscription.Endpoint.TryEnter())
        {
            await RefuseAsync(exchange, TopicRules.TooManyHeld);
            return;
        }

        try
        {
            if (await WebSocketConnection.AcceptAsync(exchange, _connection) is { } connection) await ServeAsync(exchange, subscription, connection);
        }
        finally
        {
            subscription.Endpoint.Leave();
        }
    }

    private async ValueTask ServeAsync(HttpExchange exchange, TopicSubscription subscription, WebSocketConnection connection)
    {
        var reader = new TopicSender(connection, subscription, _options.SlowClient);
        Task sending = reader.RunAsync();
        try
        {
            while (await connection.ReceiveAsync() is { } message)
            {
                if (!await TryPublishAsync(exchange, subscription, message)) await connection.CloseOutputAsync(CloseCode.PolicyViolation, "nothing is published here");
            }
        }
        catch (WebSocketClosedException)
        {
            // The connection knows why, and the sender hears of it.
        }
        finally
        {
            reader.Stop();
            await sending;
        }
    }

    private static async ValueTask<bool> TryPublishAsync(HttpExchange exchange, TopicSubscription subscription, WebSocketMessage message)
    {
        if (!subscription.Options.CanPublish || message.Data.Length > subscription.Options.MaxPublishBytes) return false;
        if (subscription.Options.MayPublish is { } mayPublish && !await mayPublish(exchange, subscription.Topic)) return false;
        try
        {
            await subscription.Topic.PublishAsync(message.Data);
            return true;
        }
        catch (TopicException)
        {
            return false;
        }
    }
}
