using System.Net;
using System.Text;
using System.Text.Json.Serialization;
using Minimal.Gallery.Wire;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Diagnostics;
using Minimal.Http.Routing;
using Minimal.Http.Wire;
using Minimal.WebSocket;
using Minimal.WebSocket.Diagnostics;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Demos.WsLab;

/// <summary>
/// Frames by hand, even broken ones. A browser sends none of those, so the server does: it connects to itself as a client would, shakes
/// hands, sends the bytes as they were asked for, and tells what came back and which rule refused them.
/// <code>
/// POST send      {"frames":[{"fin":true,"rsv":0,"opcode":1,"masked":true,"length":"shortest","payload":"68656C6C6F"}]}
/// GET  frames    frames that are ready to send, each with the rule that it breaks
/// GET  echo      a WebSocket that sends back each message: whom "send" talks to
/// GET  guarded   a WebSocket for the pages of this host, as is the default
/// GET  open      a WebSocket for any page
/// </code>
/// </summary>
internal sealed class WsLabDemo
{
    private const int MaxRequestBytes = 64 * 1024, MaxFrames = 16;

    // The key of the example in RFC 6455 §1.3.
    private const string Key = "dGhlIHNhbXBsZSBub25jZQ==";

    private static readonly WebSocketLimits Limits = new() { MaxFrameBytes = 64 * 1024, MaxMessageBytes = 64 * 1024 };
    private static readonly WireReaderOptions Reading = WireReaderOptions.Default with { Contents = [new WebSocketWireContent(Limits)] };

    public WsLabDemo() => Routes = new Router()
        .Post("/send", SendAsync)
        .Get("/frames", exchange => exchange.RespondJsonAsync(ReadyMade.All, WsLabJson.Default.IReadOnlyListReadyMade))
        .Get("/echo", WebSocketConnection.Handler(EchoAsync, new WebSocketOptions { Limits = Limits }))
        .Get("/guarded", WebSocketConnection.Handler(EchoAsync))
        .Get("/open", WebSocketConnection.Handler(EchoAsync, new WebSocketOptions { Origins = OriginPolicy.Any }));

    public Router Routes { get; }

    private static async ValueTask EchoAsync(WebSocketConnection connection)
    {
        while (await connection.ReceiveAsync() is { } message) await connection.SendAsync(message.Data, message.Opcode);
    }

    private static async ValueTask SendAsync(HttpExchange exchange)
    {
        if (await exchange.ReadJsonAsync(WsLabJson.Default.Order, MaxRequestBytes) is not { } order) return;
        if (order.Frames is not { Length: > 0 and <= MaxFrames } || !HandmadeFrame.TryWriteAll(order.Frames, out byte[] bytes))
        {
            await exchange.RespondAsync(400, $"400 Bad Request: frames are 1 to {MaxFrames}, payload is hexadecimal, length is shortest, 7, 16 or 64\n");
            return;
        }

        // The address that this request came to is this server, and nothing that a client says has a part in it.
        if (exchange.LocalEndPoint is not IPEndPoint self)
        {
            await exchange.RespondAsync(501, "501 Not Implemented: this server has no address\n");
            return;
        }

        string path = exchange.Request.Path, target = path[..^"send".Length] + "echo";
        byte[] handshake = Encoding.ASCII.GetBytes(
            $"GET {target} HTTP/1.1\r\nHost: {self}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {Key}\r\n\r\n");
        IReadOnlyList<WireSpan> spans = await RawClient.TalkAsync(self, (byte[])[.. handshake, .. bytes], exchange.Time, Reading);
        IEnumerable<WireSpan> frames = [.. Behind(spans, WireDirection.FromClient), .. Behind(spans, WireDirection.FromServer)];
        await exchange.RespondAsync(200, "application/json", OutcomeJson.Write([.. frames], lens: null));
    }

    /// <summary>What one side sent behind the handshake.</summary>
    private static IEnumerable<WireSpan> Behind(IEnumerable<WireSpan> spans, WireDirection direction) =>
        spans.Where(span => span.Direction == direction).SkipWhile(span => span.Part != WireParts.HeadEnd).Skip(1);
}

internal sealed record Order(HandmadeFrame[]? Frames);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(IReadOnlyList<ReadyMade>))]
internal sealed partial class WsLabJson : JsonSerializerContext;
