using System.Globalization;
using System.Text;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Diagnostics;
using Minimal.Http.Routing;
using Minimal.Sse.Diagnostics;
using Minimal.WebSocket;
using Minimal.WebSocket.Diagnostics;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Wire;

/// <summary>
/// The wire view of all pages: what passes on this server's own connections, to those who may look.
/// <code>
/// GET wire/view.js                  the script that opens the view; an empty one for those who may not look
/// GET wire/feed                     a WebSocket: see WireFeed
/// GET wire/recording?connection=3   what is kept of that connection, or of several, as a .wire file
/// </code>
/// </summary>
internal sealed class WireRoom
{
    /// <summary>Where the view gets what it shows.</summary>
    public const string FeedPath = "/wire/feed";

    private const int MaxWishBytes = 4096;

    private static readonly WebSocketOptions FeedOptions = new() { Limits = new WebSocketLimits { MaxFrameBytes = MaxWishBytes, MaxMessageBytes = MaxWishBytes } };
    private static readonly Asset View = Asset.FromText("view.js", "import { mount } from \"/site/wire.js\";\n\nmount();\n");
    private static readonly Asset NoView = Asset.FromText("view.js", "// The wire shows itself to the pages of its own machine; the switch --wire shows it to all.\n");

    private readonly WireInspector _inspector;

    /// <param name="inspector">That of the server.</param>
    /// <param name="guard">Who may look.</param>
    public WireRoom(WireInspector inspector, WireGuard guard)
    {
        _inspector = inspector;
        Guard = guard;
        Routes = new Router()
            .Get("/view.js", exchange => (guard.Admits(exchange) ? View : NoView).RespondAsync(exchange))
            .Get("/feed", guard.Guard(FeedAsync))
            .Get("/recording", guard.Guard(RecordAsync));
    }

    /// <summary>How all bytes are read here: by everything that this collection speaks, and with secrets masked.</summary>
    public static WireReaderOptions Reading { get; } = WireReaderOptions.Default with
    {
        Contents = [new SseWireContent(), new WebSocketWireContent(), new TopicWireContent()],
        MaskedFields = WireReaderOptions.Secrets,
    };

    public WireGuard Guard { get; }

    public Router Routes { get; }

    private async ValueTask FeedAsync(HttpExchange exchange)
    {
        TimeProvider time = exchange.Time;
        if (await WebSocketConnection.AcceptAsync(exchange, FeedOptions) is { } viewer) await WireFeed.RunAsync(_inspector, viewer, time);
    }

    private async ValueTask RecordAsync(HttpExchange exchange)
    {
        if (await exchange.ReadQueryAsync() is not { } query) return;
        HashSet<string> wanted = [.. query.All("connection")];
        string recording = Recording.Write([.. _inspector.Connections.Where(each => wanted.Contains(each.Id.ToString(CultureInfo.InvariantCulture)))]);
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        exchange.Response.Fields.Set("X-Content-Type-Options", "nosniff");
        exchange.Response.Fields.Set("Content-Disposition", "attachment; filename=\"gallery.wire\"");
        await exchange.RespondAsync(200, "text/plain; charset=utf-8", Encoding.UTF8.GetBytes(recording));
    }
}
