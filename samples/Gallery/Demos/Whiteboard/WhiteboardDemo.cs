using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Demos.Whiteboard;

/// <summary>
/// One board for all who come. A topic of bytes: each message is a piece of a stroke, and who comes late gets them all.
/// <code>
/// GET strokes   a WebSocket of the subprotocol minimal.raw: first all that was drawn, then what is drawn; what is sent is drawn for all
/// </code>
/// The server does not look into messages. The page has them so, all numbers of 16 bits, big-endian, points as parts of 65535 of the board:
/// <code>
/// FE 01 color(8) width(8) *( x y )   a piece of a stroke, as a line through these points
/// FE 02                              the board is wiped
/// </code>
/// FE comes in no UTF-8, so these are binary messages whatever follows.
/// </summary>
internal sealed class WhiteboardDemo
{
    // A stroke is sent as it is drawn, up to sixty pieces a second, each of a few points.
    private const int MaxPieces = 20_000, MaxPieceBytes = 1024;

    public WhiteboardDemo()
    {
        var strokes = new Topic("whiteboard", new TopicOptions { MaxMessages = MaxPieces, MaxBytes = 4 * 1024 * 1024 });
        var overWebSocket = new TopicWebSocket(new TopicWebSocketOptions
        {
            Connection = new WebSocketOptions { Limits = new WebSocketLimits { MaxMessageBytes = MaxPieceBytes, MaxFrameBytes = MaxPieceBytes } },
        });
        var options = new TopicEndpointOptions
        {
            CanPublish = true,
            MaxPublishBytes = MaxPieceBytes,
            Start = TopicPosition.Earliest,
            MayPublish = (exchange, _) => new ValueTask<bool>(!CrossSite.IsForgeable(exchange.Request)),
        };
        Routes = new Router().Mount("/strokes", new TopicEndpoint(strokes, options, overWebSocket));
    }

    public Router Routes { get; }
}
