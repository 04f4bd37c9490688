using Benchmarks.Areas;
using Benchmarks.Load;

namespace Benchmarks.Servers;

/// <summary>The floor: a bare epoll loop in C that answers without parsing anything.</summary>
internal sealed class RawServer() : BenchmarkServer("raw", "bare epoll in C", "get", "churn", "idle", "ws-echo", "ws-idle")
{
    private string _program = "";

    public override async Task<string?> PrepareAsync(CancellationToken stop)
    {
        _program = await CSource.BuildAsync("samples/Benchmarks/Peers/rawepoll.c", stop);
        return null;
    }

    public override string[] Command(Area area, int port) => area.Name switch
    {
        "churn" => [_program, $"{port}", "close"],
        "ws-echo" or "ws-idle" => [_program, $"{port}", "ws"],
        _ => [_program, $"{port}"],
    };

    public override async Task<string> VersionAsync() => await Tool.VersionAsync("gcc", "--version") ?? "";
}
