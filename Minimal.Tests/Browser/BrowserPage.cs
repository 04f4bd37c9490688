using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Minimal.Tests.Browser;

/// <summary>A page of the browser. Dispose it, and all that belonged to it is forgotten.</summary>
public sealed class BrowserPage : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly Browser _browser;
    private readonly ConcurrentQueue<string> _errors = [];
    private TaskCompletionSource _loaded = new();

    internal BrowserPage(Browser browser, string context, string session)
    {
        _browser = browser;
        Context = context;
        Session = session;
    }

    /// <summary>What the page complained of so far: <c>console.error</c>, exceptions that nobody caught, requests that failed.</summary>
    public IReadOnlyCollection<string> Errors => _errors;

    internal string Context { get; }

    internal string Session { get; }

    /// <summary>Goes to an address, and waits until the document is there; it may go on loading, as one does that streams.</summary>
    /// <exception cref="BrowserException">The address cannot be reached.</exception>
    public async Task NavigateAsync(string url)
    {
        _loaded = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        JsonNode answer = await SendAsync("Page.navigate", new JsonObject { ["url"] = url });
        if ((string?)answer["errorText"] is { } error) throw new BrowserException($"{url}: {error}");
        await _loaded.Task.WaitAsync(Patience);
    }

    /// <summary>Runs JavaScript and gives its value back as text: of a promise what it resolves to, of anything but a string its JSON.</summary>
    /// <param name="script">An expression; several statements go into <c>(async () => { … })()</c>.</param>
    /// <exception cref="BrowserException">The script threw, or its promise was rejected.</exception>
    public async Task<string> EvaluateAsync(string script)
    {
        JsonNode answer = await SendAsync(
            "Runtime.evaluate", new JsonObject { ["expression"] = script, ["awaitPromise"] = true, ["returnByValue"] = true, ["userGesture"] = true });
        if (answer["exceptionDetails"] is { } thrown) throw new BrowserException(Describe(thrown));
        JsonNode? value = answer["result"]!["value"];
        return value?.GetValueKind() == JsonValueKind.String ? (string)value! : value?.ToJsonString() ?? "null";
    }

    /// <summary>Draws the page into a PNG file.</summary>
    public async Task ScreenshotAsync(string path)
    {
        JsonNode answer = await SendAsync("Page.captureScreenshot", new JsonObject { ["format"] = "png" });
        await File.WriteAllBytesAsync(path, Convert.FromBase64String((string)answer["data"]!));
    }

    /// <summary>Any other command of the protocol, such as <c>Emulation.setDeviceMetricsOverride</c>.</summary>
    public Task<JsonNode> SendAsync(string method, JsonObject? parameters = null) => _browser.SendAsync(method, parameters, Session);

    public async ValueTask DisposeAsync() => await _browser.CloseAsync(this);

    internal void Take(string method, JsonNode parameters)
    {
        switch (method)
        {
            case "Page.domContentEventFired":
                _loaded.TrySetResult();
                break;
            case "Runtime.consoleAPICalled" when (string?)parameters["type"] is "error" or "assert":
                _errors.Enqueue(string.Join(' ', parameters["args"]!.AsArray().Select(value => (string?)value!["description"] ?? value["value"]?.ToString())));
                break;
            case "Runtime.exceptionThrown":
                _errors.Enqueue(Describe(parameters["exceptionDetails"]!));
                break;
            case "Log.entryAdded" when (string?)parameters["entry"]!["level"] == "error":
                _errors.Enqueue($"{parameters["entry"]!["text"]} {parameters["entry"]!["url"]}");
                break;
        }
    }

    private static string Describe(JsonNode thrown) => (string?)thrown["exception"]?["description"] ?? (string?)thrown["exception"]?["value"]?.ToString() ?? (string)thrown["text"]!;
}
