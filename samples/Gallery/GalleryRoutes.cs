using Microsoft.Extensions.Logging;
using Minimal.Gallery.Demos.Chat;
using Minimal.Gallery.Demos.Clock;
using Minimal.Gallery.Demos.Config;
using Minimal.Gallery.Demos.Data;
using Minimal.Gallery.Demos.Events;
using Minimal.Gallery.Demos.Gap;
using Minimal.Gallery.Demos.Log;
using Minimal.Gallery.Demos.Monitor;
using Minimal.Gallery.Demos.Quiz;
using Minimal.Gallery.Demos.Reminders;
using Minimal.Gallery.Demos.Score;
using Minimal.Gallery.Demos.Stream;
using Minimal.Gallery.Demos.Tokens;
using Minimal.Gallery.Demos.Value;
using Minimal.Gallery.Demos.Variants;
using Minimal.Gallery.Demos.Whiteboard;
using Minimal.Gallery.Demos.Wire;
using Minimal.Gallery.Demos.WsLab;
using Minimal.Gallery.Wire;
using Minimal.Http.Diagnostics;
using Minimal.Http.Routing;

namespace Minimal.Gallery;

/// <summary>
/// Which part answers which path. A demo is one source file and one page in Demos/NAME: a router of its own, mounted under
/// <c>/demo/NAME</c>, whose page names everything of its own by relative URLs. The front page is one of them.
/// </summary>
internal static class GalleryRoutes
{
    /// <param name="logging">What the server logs to; one of the demos shows it.</param>
    /// <param name="meter">Counts the server's connections and requests, for the demo that draws them; null: they are not told.</param>
    /// <param name="wire">Shows the server's bytes; null: there are none to be seen.</param>
    public static Router Create(ILoggerFactory logging, ServerMeter? meter = null, WireRoom? wire = null)
    {
        wire ??= new WireRoom(new WireInspector(), new WireGuard());
        var value = new Exhibit("value", "One value", "同一个值", "Short and long polling, side by side, measured.", "短轮询与长轮询，并排测量。", new ValueDemo(logging).Routes);
        Exhibit[] demos =
        [
            new("clock", "Clock", "报时", "The server's time, by short polling, long polling and an endless iframe.", "服务器的时间：短轮询、长轮询、永不结束的 iframe。", new ClockDemo().Routes),
            new("reminders", "Reminders", "提醒", "Long polling: everybody who waits is reminded, and nobody between two polls is forgotten.", "长轮询：所有等待者都被提醒，两次轮询之间也不漏掉谁。", new RemindersDemo().Routes),
            new("data", "Data and update", "数据与更新", "The smallest long poll, and two well-known ways to ask too often.", "最小的长轮询，以及两种常见的问得太多的写法。", new DataDemo().Routes),
            new("score", "Live score", "实时比分", "Short polling of a compacted topic: how it stands, not how it came to.", "对压缩主题的短轮询：只讲现状，不讲经过。", new ScoreDemo().Routes),
            new("config", "Configuration", "配置中心", "Long polling by digest, after Nacos: held while what you have is the latest.", "仿 Nacos，按摘要长轮询：手上的是最新的，就一直留住。", new ConfigDemo().Routes),
            new("stream", "Fetch stream", "fetch 流", "One response without end, read line by line while it comes.", "一个没有结尾的响应，一边到达一边逐行读。", new StreamDemo().Routes),
            new("gap", "The gap", "缺口", "A naive poller and ours watch one burst; cells show what each got.", "天真的轮询和我们的看同一阵消息，格子里是各自收到的。", new GapDemo().Routes),
            new("events", "Events", "事件", "Server-Sent Events: cut the connection, and nothing is lost.", "服务器推送事件：切断连接，什么也不丢。", new EventsDemo().Routes),
            new("log", "Log", "日志", "The server's own log lines as events, by level, resumable.", "服务器自己的日志行，按级别，可以断点续传。", new LogDemo(logging).Routes),
            new("monitor", "Monitor", "监控", "Processor, heap, connections and requests of this server, drawn live.", "这台服务器的处理器、内存、连接和请求，实时画出来。", new MonitorDemo(meter).Routes),
            new("tokens", "Word by word", "逐字回答", "Answers that come as events, over a POST or an EventSource; stop them, cut them, resume them.", "回答作为事件到来，通过 POST 或 EventSource；可以停、可以断、可以续。", new TokensDemo().Routes),
            new("variants", "Polling variants", "轮询的变体", "The five clients of the early days against one slow source.", "早年的五种客户端，对同一个慢的数据源。", new VariantsDemo().Routes),
            new("chat", "Chat", "聊天", "WebSocket: rooms, words and images, and what was said before you came.", "WebSocket：房间、文字和图片，以及你来之前说过的话。", new ChatDemo().Routes),
            new("wslab", "WebSocket lab", "WebSocket 实验室", "Frames by hand, even broken ones, and the rule that refuses them.", "手工拼帧，坏的也行，看是哪条规则拒绝了它。", new WsLabDemo().Routes) { ClassName = "WsLab" },
            new("wire", "Bytes by hand", "手写字节", "Raw bytes to this server, classic attacks too: which rule refuses them, and who would have taken them.", "给这台服务器发任意字节，包括经典攻击：哪条规则拒绝，谁又会上当。", new WireDemo(wire.Guard).Routes),
            new("whiteboard", "Whiteboard", "白板", "Strokes as bytes, drawn by all, kept for those who come late.", "笔画就是字节，大家一起画，来晚的人也能看到。", new WhiteboardDemo().Routes),
            new("quiz", "Quiz", "抢答", "A question to everybody at once, five thousand answers counted as they come.", "一道题同时发给所有人，五千个回答边到边数。", new QuizDemo().Routes),
        ];

        Router collection = new Router().Get("/", Index([value, .. demos]).RespondAsync);
        value.AddSource();
        value.Routes.Get("/", FrontPage(demos).RespondAsync);
        collection.Mount("/value", value.Routes);
        for (int i = 0; i < demos.Length; i++)
        {
            demos[i].AddSource();
            demos[i].AddPage(previous: i > 0 ? demos[i - 1] : demos[^1], next: demos[(i + 1) % demos.Length]);
            collection.Mount($"/{demos[i].Name}", demos[i].Routes);
        }

        var site = new Router();
        foreach ((string name, Asset asset) in Asset.LoadAll("Site")) site.Get($"/{name}", asset.RespondAsync);

        return new Router()
            .Mount("/site", site)
            .Mount("/wire", wire.Routes)
            .Mount("/demo", collection)
            .Mount("/", value.Routes);
    }

    private static Asset FrontPage(IEnumerable<Exhibit> others) => Asset.FromText("index.html",
        Asset.ReadText("Demos/Value/index.html").Replace("{{others}}", string.Concat(others.Select(exhibit => exhibit.Link())), StringComparison.Ordinal));

    private static Asset Index(IEnumerable<Exhibit> exhibits) => Asset.FromText("index.html", SiteFrame.Fill(
        ("title", "Collection"),
        ("title-zh", "陈列"),
        ("script", "/site/lane.js"),
        ("main", Asset.ReadText("Demos/collection.html").Replace("{{cards}}", string.Concat(exhibits.Select(exhibit => exhibit.Card())), StringComparison.Ordinal)),
        ("source", "<code>samples/Gallery</code>"),
        ("neighbours", "")));
}
