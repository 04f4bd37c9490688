using Benchmarks.Areas;

namespace Benchmarks.Servers;

/// <summary>nginx where it is installed, with the module nchan, where that is, for topics.</summary>
internal sealed class NginxServer() : BenchmarkServer("nginx", "nginx", "get", "churn", "idle", "poll", "poll-idle", "sse", "sse-idle", "fan-out")
{
    private const string Module = "ngx_nchan_module.so";

    // nchan keeps its cursor in two fields of HTTP's own.
    private const string Cursors = "--cursor-header Last-Modified --cursor-reqheader If-Modified-Since --cursor-header Etag --cursor-reqheader If-None-Match";

    private string _program = "";
    private string? _module;

    public override Task<string?> PrepareAsync(CancellationToken stop)
    {
        if (Tool.Find("nginx") is not { } path) return Task.FromResult<string?>("it is not installed");
        _program = path;
        string beside = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(path)!, "..", "lib", "nginx", "modules", Module));
        _module = new[] { beside, $"/usr/lib/nginx/modules/{Module}" }.FirstOrDefault(File.Exists);
        return Task.FromResult<string?>(null);
    }

    public override string[] Command(Area area, int port)
    {
        if (area.Route == "/topic" && _module is null) throw new BenchmarkException("nginx has no nchan here, which is what topics need.");
        string file = Repository.WorkFile("nginx.conf");
        File.WriteAllText(file, Configuration(port));
        return [_program, "-p", Path.GetDirectoryName(file)!, "-c", file];
    }

    public override async Task<string> VersionAsync() => await Tool.VersionAsync("nginx", "-v") ?? "";

    public override string Load(Area area, string load) =>
        area.Name.StartsWith("poll", StringComparison.Ordinal) ? $"{load[..load.IndexOf("--path", StringComparison.Ordinal)]}--path /topic --pub-path /topic {Cursors}" : load;

    private string Configuration(int port) => $$"""
        {{(_module is null ? "" : $"load_module {_module};")}}
        daemon off;
        worker_processes 1;
        worker_rlimit_nofile 20000;
        pid nginx.pid;
        error_log stderr crit;
        events { worker_connections 19000; }
        http {
          access_log off;
          keepalive_timeout 3600s;
          keepalive_requests 1000000000;
          server {
            listen 127.0.0.1:{{port}} backlog=4096;
            location = /plaintext { default_type text/plain; return 200 "Hello, World!"; }
            {{(_module is null ? "" : Topic)}}
          }
        }
        """;

    private const string Topic = """
        location = /topic {
              nchan_pubsub;
              nchan_channel_id topic;
              nchan_message_buffer_length 100000;
              nchan_message_timeout 1h;
              nchan_subscriber_first_message newest;
              nchan_subscriber_timeout 3600s;
            }
        """;
}
