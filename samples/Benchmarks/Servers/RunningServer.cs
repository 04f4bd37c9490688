using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Benchmarks.Areas;

namespace Benchmarks.Servers;

/// <summary>A server's process, on a core of its own, from its start until it is disposed.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private const int Core = 0;

    private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(20);

    private readonly BenchmarkServer _server;
    private readonly Process _process;
    private readonly string _counters;
    private string _lastWord = "";

    private RunningServer(BenchmarkServer server, Process process, int port, string counters)
    {
        _server = server;
        _process = process;
        _counters = counters;
        Port = port;
    }

    public BenchmarkServer Server => _server;

    public string Title => _server.Title;

    public int Port { get; }

    /// <summary>The process and its children: nginx works in a child.</summary>
    public IReadOnlyList<int> Pids => [_process.Id, .. Children(_process.Id)];

    /// <summary>Starts it; it accepts connections when this returns.</summary>
    /// <exception cref="BenchmarkException">It does not.</exception>
    public static async Task<RunningServer> StartAsync(BenchmarkServer server, Area area, CancellationToken stop)
    {
        int port = FreePort();
        string counters = Repository.WorkFile($"counters-{port}");
        ProcessStartInfo start = Tool.Describe(Tool.OnCore(Core, server.Command(area, port)));
        if (server.IsManaged)
        {
            start.Environment["DOTNET_STARTUP_HOOKS"] = Repository.PathOf("samples/Benchmarks/Peers/Counters/bin/Release/net10.0/Counters.dll");
            start.Environment["MINIMAL_COUNTERS"] = counters;
        }

        Process process = Process.Start(start)!;
        var running = new RunningServer(server, process, port, counters);
        process.ErrorDataReceived += (_, line) => running._lastWord = line.Data ?? running._lastWord;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        try
        {
            await running.WaitUntilOpenAsync(stop);
            return running;
        }
        catch
        {
            await running.DisposeAsync();
            throw;
        }
    }

    /// <summary>Bytes allocated so far; null when the server does not run on .NET.</summary>
    public Task<long?> ReadAllocatedAsync(CancellationToken stop) => AskAsync("-USR1", stop);

    /// <summary>Bytes that live, after a collection; null when the server does not run on .NET.</summary>
    public Task<long?> ReadLiveAsync(CancellationToken stop) => AskAsync("-USR2", stop);

    /// <summary>Whether the server knows a route, whatever it thinks of a plain GET there.</summary>
    public async Task<bool> KnowsAsync(string route, CancellationToken stop)
    {
        if (!_server.IsManaged) return true;
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri($"http://127.0.0.1:{Port}{route}?via=poll"));
        try
        {
            using HttpResponseMessage response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, stop);
            return response.StatusCode is not (HttpStatusCode.NotFound or HttpStatusCode.NotImplemented);
        }
        catch (HttpRequestException e)
        {
            throw new BenchmarkException($"{Title} does not answer GET {route}: {e.Message}");
        }
    }

    /// <summary>Waits until it holds that many descriptors, and a little longer.</summary>
    public async Task WaitForConnectionsAsync(int count, CancellationToken stop)
    {
        for (int i = 0; i < 1500 && Directory.GetFiles($"/proc/{_process.Id}/fd").Length < count; i++) await Task.Delay(Step, TimeProvider.System, stop);
        await Task.Delay(25 * Step, TimeProvider.System, stop);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (int pid in Children(_process.Id)) Kill(pid);
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        File.Delete(_counters);
    }

    private static void Kill(int pid)
    {
        try
        {
            using Process child = Process.GetProcessById(pid);
            child.Kill();
        }
        catch (ArgumentException)
        {
            // It has ended already.
        }
    }

    private static int[] Children(int pid)
    {
        string file = $"/proc/{pid}/task/{pid}/children";
        return File.Exists(file) ? [.. File.ReadAllText(file).Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(int.Parse)] : [];
    }

    /// <summary>A port that nobody listens on, below those that the system gives to connections: the generator's could take it otherwise.</summary>
    private static int FreePort()
    {
        while (true)
        {
            using var listener = new TcpListener(IPAddress.Loopback, Random.Shared.Next(20_000, 30_000));
            try
            {
                listener.Start();
                return ((IPEndPoint)listener.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // It is taken; another one is not.
            }
        }
    }

    private async Task WaitUntilOpenAsync(CancellationToken stop)
    {
        for (int i = 0; i < 500 && !_process.HasExited; i++)
        {
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(IPAddress.Loopback, Port, stop);
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(Step, TimeProvider.System, stop);
            }
        }

        throw new BenchmarkException($"{Title} did not start. {_lastWord}");
    }

    private async Task<long?> AskAsync(string signal, CancellationToken stop)
    {
        if (!_server.IsManaged) return null;
        File.Delete(_counters);
        await Tool.RunAsync(["/bin/kill", signal, $"{_process.Id}"], stop);
        for (int i = 0; i < 500 && !File.Exists(_counters); i++) await Task.Delay(Step, TimeProvider.System, stop);
        return File.Exists(_counters) ? long.Parse(await File.ReadAllTextAsync(_counters, stop), CultureInfo.InvariantCulture) : null;
    }
}
