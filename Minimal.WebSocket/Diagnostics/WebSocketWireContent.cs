using Minimal.Http.Diagnostics;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket.Diagnostics;

/// <summary>Reads WebSocket frames for a <see cref="WireReader"/>: both directions behind a 101 that agrees on <c>websocket</c>.</summary>
/// <param name="limits">How large frames and messages may be; null means <see cref="WebSocketLimits.Default"/>.</param>
public sealed class WebSocketWireContent(WebSocketLimits? limits = null) : WireContent
{
    /// <summary>How large frames and messages may be.</summary>
    public WebSocketLimits Limits { get; } = limits ?? WebSocketLimits.Default;
}
