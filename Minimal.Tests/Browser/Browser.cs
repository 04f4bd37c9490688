using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace Minimal.Tests.Browser;

/// <summary>
/// Chromium without a window, driven by its own protocol (Chrome DevTools Protocol): JSON both ways, each message ended by NUL. It speaks over
/// two pipes, so that it ends when they do: however a test run ends, no process is left. It starts with the first page.
/// </summary>
public sealed class Browser : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    // The shell gives the browser the pipes under the numbers that it looks for them: 3 to read, 4 to write.
    private const string Start = """
        exec "$0" --remote-debugging-pipe --headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking \
        --disable-component-update --disable-sync --disable-dev-shm-usage --user-data-dir="$1" 3<&0 4>&1 </dev/null >/dev/null 2>&1
        """;

    private readonly ConcurrentDictionary<int, TaskCompletionSource<JsonNode>> _commands = [];
    private readonly ConcurrentDictionary<string, BrowserPage> _pages = [];
    private readonly Lock _writing = new();
    private readonly string _profile = Directory.CreateTempSubdirectory("minimal-browser-").FullName;
    private Process? _process;
    private Task _reading = Task.CompletedTask;
    private int _lastCommand;

    /// <summary>A new page in a context of its own: no cookie, cache or storage of another page is in it.</summary>
    public async Task<BrowserPage> OpenAsync()
    {
        if (_process is null) Begin();
        string context = (string)(await SendAsync("Target.createBrowserContext"))["browserContextId"]!;
        string target = (string)(await SendAsync("Target.createTarget", new JsonObject { ["url"] = "about:blank", ["browserContextId"] = context }))["targetId"]!;
        string session = (string)(await SendAsync("Target.attachToTarget", new JsonObject { ["targetId"] = target, ["flatten"] = true }))["sessionId"]!;
        var page = new BrowserPage(this, context, session);
        _pages[session] = page;
        foreach (string domain in (string[])["Page", "Runtime", "Log"]) await SendAsync($"{domain}.enable", session: session);
        return page;
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_process is { } process)
        {
            process.StandardInput.Close();
            await _reading;
            process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }

        Directory.Delete(_profile, recursive: true);
    }

    /// <summary>Gives a command, and waits for its result.</summary>
    internal async Task<JsonNode> SendAsync(string method, JsonObject? parameters = null, string? session = null)
    {
        int id = Interlocked.Increment(ref _lastCommand);
        var command = new JsonObject { ["id"] = id, ["method"] = method, ["params"] = parameters ?? [] };
        if (session is not null) command["sessionId"] = session;
        TaskCompletionSource<JsonNode> answer = _commands[id] = new(TaskCreationOptions.RunContinuationsAsynchronously);

        lock (_writing)
        {
            Stream pipe = _process!.StandardInput.BaseStream;
            pipe.Write(Encoding.UTF8.GetBytes(command.ToJsonString() + '\0'));
            pipe.Flush();
        }

        return await answer.Task.WaitAsync(Patience);
    }

    internal async Task CloseAsync(BrowserPage page)
    {
        _pages.TryRemove(page.Session, out _);
        await SendAsync("Target.disposeBrowserContext", new JsonObject { ["browserContextId"] = page.Context });
    }

    private void Begin()
    {
        string program = Chromium.Program ?? throw new BrowserException("There is no Chromium on this machine.");
        _process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Start, program, _profile]) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        _reading = ReadAsync(_process.StandardOutput.BaseStream);
    }

    private async Task ReadAsync(Stream pipe)
    {
        var reader = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (await pipe.ReadAsync(buffer) is int count and > 0)
        {
            foreach (byte octet in buffer.AsSpan(0, count))
            {
                if (octet != 0)
                {
                    reader.WriteByte(octet);
                    continue;
                }

                Take(JsonNode.Parse(reader.GetBuffer().AsSpan(0, (int)reader.Length))!);
                reader.SetLength(0);
            }
        }

        foreach (TaskCompletionSource<JsonNode> waiting in _commands.Values) waiting.TrySetException(new BrowserException("The browser has gone."));
    }

    /// <summary>A message is the answer to a command, or an event of a page.</summary>
    private void Take(JsonNode message)
    {
        if (message["id"] is { } id && _commands.TryRemove((int)id, out TaskCompletionSource<JsonNode>? waiting))
        {
            if (message["error"] is { } error) waiting.SetException(new BrowserException((string)error["message"]!));
            else waiting.SetResult(message["result"]!);
        }
        else if ((string?)message["sessionId"] is { } session && _pages.TryGetValue(session, out BrowserPage? page))
        {
            page.Take((string)message["method"]!, message["params"]!);
        }
    }
}
