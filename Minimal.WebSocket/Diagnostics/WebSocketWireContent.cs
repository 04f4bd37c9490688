using Minimal.Http.Diagnostics;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket.Diagnostics;

/// <summary>Reads WebSocket frames for a <see cref="WireReader"/>: both directions behind a 101 that agrees on <c>websocket</c>.</summary>
/// <param name="limits">How large frames and messages may be; null means <see cref="WebSocketLimits.Default"/>.</param>
public sealed class WebSocketWireContent(WebSocketLimits? limits = null) : WireContent
{
    /// <summary>How large frames and messages may be.</summary>
    public WebSocketLimits Limits { get; } = limits ?? WebSocketLimits.Default;

    /// <inheritdoc />
    public override WireContentReader? ReadUpgraded(WireExchange exchange, WireDirection direction, WireReaderOptions options)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(options);
        if (!TokenList.Contains(exchange.Values(WireDirection.FromServer, "Upgrade"), "websocket")) return null;

        // Who reads a direction is who it goes to.
        WebSocketRole reader = direction == WireDirection.FromClient ? WebSocketRole.Server : WebSocketRole.Client;
        return new FrameReader(reader, DeflateIn(exchange), Limits, Math.Max(1, options.MaxSpanBytes));
    }

    private static DeflateParameters? DeflateIn(WireExchange exchange)
    {
        IReadOnlyList<Extension> list = Extension.ReadList(exchange.Values(WireDirection.FromServer, "Sec-WebSocket-Extensions")) ?? [];
        Extension? deflate = list.FirstOrDefault(extension => extension.Name == DeflateParameters.ExtensionName);
        return deflate is null ? null : DeflateParameters.ReadReply(deflate);
    }
}
