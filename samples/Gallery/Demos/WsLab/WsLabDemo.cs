using System.Net;
using System.Text.Json;
using System.Text.Json.Serialization;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Wire;
using Minimal.WebSocket;
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
    private static readonly WebSocketLimits Limits = new() { MaxFrameBytes = 64 * 1024, MaxMessageBytes = 64 * 1024 };

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
        byte[] answer = await RawClient.SendAsync(self, target, bytes, exchange.Time);
        await exchange.RespondJsonAsync(Explain(bytes, answer), WsLabJson.Default.Outcome);
    }

    /// <summary>Reads the bytes of both directions as their receivers do.</summary>
    private static Outcome Explain(byte[] sent, byte[] received)
    {
        FrameReading there = FrameReading.Read(sent, WebSocketRole.Server, Limits), back = FrameReading.Read(received, WebSocketRole.Client, WebSocketLimits.Default);

        // A Close that refuses has the rule's own sentence for a reason.
        ProtocolRule? rule = WebSocketRules.All.FirstOrDefault(row => back.Close is { } close && row.Code == (int)close.Code && row.ToString() == close.Reason);
        return new Outcome(there.Spans, back.Spans, rule is null ? null : new Verdict(rule.Name, rule.Code, rule.Section, rule.Sentence), (int?)back.Close?.Code);
    }
}

internal sealed record Order(HandmadeFrame[]? Frames);

/// <param name="Sent">The bytes that were sent.</param>
/// <param name="Received">The bytes that came back.</param>
/// <param name="Rule">The rule that refused what was sent; null if none did.</param>
/// <param name="Code">The code of the Close that came back; 1005 when it had none, null when there was no Close.</param>
internal sealed record Outcome(IReadOnlyList<FrameSpan> Sent, IReadOnlyList<FrameSpan> Received, Verdict? Rule, int? Code);

internal sealed record Verdict(string Name, int Code, string Section, string Sentence);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(Order))]
[JsonSerializable(typeof(Outcome))]
[JsonSerializable(typeof(IReadOnlyList<ReadyMade>))]
internal sealed partial class WsLabJson : JsonSerializerContext;
