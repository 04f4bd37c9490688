using Benchmarks.Load;

namespace Benchmarks.Areas;

/// <summary>All that can be measured. One more area is one more row.</summary>
internal static class AreaTable
{
    private const string Poll = "--path /topic?via=long&wait=20 --cursor-header Last-Event-ID --cursor-param after --cursor-init latest --pub-path /topic";
    private const string Lines = "--path /topic?via=ndjson&after=latest --pub-path /topic";
    private const string Events = "--path /topic?via=sse&after=latest --pub-path /topic";
    private const string Sockets = "--path /topic?via=ws&after=latest --pub-path /topic";
    private const string OneUnderWay = "--rate 0 --window 1 --warm-messages 20";
    private const string SixteenUnderWay = "--rate 0 --window 16 --pub-depth 16 --warm-messages 20";

    private static readonly Metric[] Requests =
    [
        new("CPU, µs", 2, sample => sample["srv_us_per_op"]),
        new("of it user, µs", 2, sample => sample["srv_user_s"] / sample["count"] * 1e6),
        new("per second", 0, sample => sample["per_s"]),
        new("p50, µs", 0, sample => sample["p50_us"]),
        new("p99, µs", 0, sample => sample["p99_us"]),
        new("system calls", 2, sample => sample.SystemCalls),
        new("allocated, bytes", 0, sample => sample.AllocatedBytes),
    ];

    private static readonly Metric[] Deliveries =
    [
        .. Requests.Where(metric => metric.Name != "p50, µs"),
        new("lost", 0, sample => sample["lost"]),
    ];

    private static readonly Metric[] Memory =
    [
        new("resident, bytes", 0, sample => sample["bytes_per_conn_end"]),
        new("of it live objects, bytes", 0, sample => sample.LiveBytes),
        new("CPU to open, µs", 0, sample => sample["open_cpu_us_per_conn"]),
        new("CPU while idle, ms/s", 2, sample => sample["hold_cpu_s"] / sample["hold_s"] * 1000),
        new("lost", 0, sample => sample["dropped"] + sample["failed"]),
    ];

    public static IReadOnlyList<Area> All { get; } =
    [
        new("get", "GET on keep-alive connections", "64 connections ask for 13 bytes, each again as soon as it is answered: one request at a time, or sixteen pipelined.", Requests,
        [
            new("depth 1", "http -c 64 -d 1 --path /plaintext", new Aim(OfKestrel: 0.95)),
            new("depth 16", "http -c 64 -d 16 --path /plaintext", new Aim(OfKestrel: 0.6)),
        ]),
        new("churn", "A connection for each request", "16 clients connect, ask once with Connection: close, read to the end and connect again.", Requests,
        [
            new("16 clients", "churn -c 16 --path /plaintext", new Aim(OfKestrel: 0.85)),
        ]),
        new("idle", "Idle keep-alive connections", "10,000 connections ask once and stay open: what each keeps resident in the server's process, which has seen 2,000 come and go before.", Memory,
        [
            new("10,000 connections", "http-idle -c 10000 --path /plaintext --prewarm 2000", new Aim(Value: 2560)),
        ]) { IsFresh = true, Unit = "connection" },
        new("poll", "Long polling", "1,000 held polls, a message of 128 bytes to all of them twenty times a second; each poll asks again from its cursor.", Deliveries,
        [
            new("1,000 polls", $"poll-fanout -c 1000 --rate 20 --messages 60 {Poll}", new Aim(OfKestrel: 0.7)),
        ]) { Route = "/topic", Unit = "delivery" },
        new("poll-idle", "Held polls", "10,000 polls that are held: what each keeps resident. 2,000 have come and gone before.", Memory,
        [
            new("10,000 polls", $"poll-idle -c 10000 --prewarm 2000 {Poll}", new Aim(Value: 2048)),
        ]) { Route = "/topic", IsFresh = true, Unit = "poll" },
        new("ndjson", "NDJSON streams", "A message of 128 bytes to all readers, the next one when everybody has it; or sixteen messages under way.", Deliveries,
        [
            new("1,000 readers, 1 under way", $"sse-fanout -c 1000 --messages 200 {OneUnderWay} {Lines}", new Aim(OfKestrel: 0.7)),
            new("5,000 readers, 16 under way", $"sse-fanout -c 5000 --messages 320 {SixteenUnderWay} {Lines}", new Aim(OfKestrel: 0.25)),
        ]) { Route = "/topic", Unit = "delivery" },
        new("sse", "Server-Sent Events", "A message of 128 bytes to all subscribers, the next one when everybody has it; or sixteen messages under way.", Deliveries,
        [
            new("1,000 readers, 1 under way", $"sse-fanout -c 1000 --messages 200 {OneUnderWay} {Events}", new Aim(OfKestrel: 0.7)),
            new("5,000 readers, 1 under way", $"sse-fanout -c 5000 --messages 60 {OneUnderWay} {Events}", new Aim(OfKestrel: 0.7)),
            new("5,000 readers, 16 under way", $"sse-fanout -c 5000 --messages 320 {SixteenUnderWay} {Events}", new Aim(OfKestrel: 0.25)),
        ]) { Route = "/topic", Unit = "delivery" },
        new("sse-idle", "Idle SSE subscribers", "10,000 subscribers of a quiet topic: what each keeps resident. 2,000 have come and gone before.", Memory,
        [
            new("10,000 subscribers", $"sse-idle -c 10000 --prewarm 2000 {Events}", new Aim(Value: 2000)),
        ]) { Route = "/topic", IsFresh = true, Unit = "subscriber" },
        new("ws-echo", "WebSocket echo", "64 connections send text messages and get them back: one at a time, or sixteen under way.", Requests,
        [
            new("128 bytes, depth 1", "ws-echo -c 64 -d 1 --size 128 --path /ws", new Aim(OfKestrel: 0.85)),
            new("128 bytes, depth 16", "ws-echo -c 64 -d 16 --size 128 --path /ws", new Aim(OfKestrel: 0.6)),
            new("16 KiB, depth 1", "ws-echo -c 64 -d 1 --size 16384 --path /ws", new Aim(OfKestrel: 0.6)),
        ]) { Route = "/ws", Unit = "message" },
        new("ws-idle", "Idle WebSocket connections", "10,000 connections behind their handshake: what each keeps resident. 2,000 have come and gone before.", Memory,
        [
            new("10,000 connections", "ws-idle -c 10000 --prewarm 2000 --path /ws", new Aim(OfKestrel: 0.25)),
        ]) { Route = "/ws", IsFresh = true, Unit = "connection" },
        new("fan-out", "WebSocket broadcast", "A message of 128 bytes to all connections, the next one when everybody has it; or sixteen messages under way.", Deliveries,
        [
            new("1,000 connections, 1 under way", $"ws-fanout -c 1000 --messages 200 {OneUnderWay} {Sockets}", new Aim(OfKestrel: 0.7)),
            new("1,000 connections, 16 under way", $"ws-fanout -c 1000 --messages 800 {SixteenUnderWay} {Sockets}", new Aim(OfKestrel: 0.25)),
        ]) { Route = "/topic", Unit = "delivery" },
    ];
}
