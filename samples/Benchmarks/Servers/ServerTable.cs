namespace Benchmarks.Servers;

/// <summary>Who is measured. One more server is one more row.</summary>
internal static class ServerTable
{
    public const string Reference = "kestrel";

    public static DotnetServer Ours { get; } = new("ours", "Minimal", "samples/Echo");

    /// <summary>Ours with event loops of its own in place of the framework's.</summary>
    public static DotnetServer OursOnEpoll { get; } = new("epoll", "Minimal, epoll", "samples/Echo") { Argument = "--epoll" };

    public static IReadOnlyList<BenchmarkServer> Peers { get; } =
    [
        OursOnEpoll,
        new DotnetServer(Reference, "Kestrel", "samples/Benchmarks/Peers/Kestrel"),
        new DotnetServer("kestrel-batched", "Kestrel, batched", "samples/Benchmarks/Peers/Kestrel", "ndjson", "sse") { Query = "&flush=all" },
        new DotnetServer("httplistener", "HttpListener", "samples/Benchmarks/Peers/HttpListener", "get", "churn", "idle"),
        new RawServer(),
        new NginxServer(),
    ];

    public static IReadOnlyList<BenchmarkServer> All { get; } = [Ours, .. Peers];
}
