using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Logging;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.Sse;

namespace Minimal.Gallery.Demos.Log;

/// <summary>
/// The server's own log, as an event stream: each line is a message of a topic, its type the level.
/// <code>
/// GET  lines?after=earliest   every line that is kept, then every line that comes; an EventSource resumes where it was cut off
/// GET  lines?type=fail        only those of that level: trce, dbug, info, warn, fail or crit
/// POST lines                  the body, a line of text, goes to the log
/// POST failure                a handler that fails, which the server logs
/// </code>
/// A line is <c>{"time","level","category","text"}</c>.
/// </summary>
internal sealed class LogDemo : ILoggerProvider
{
    private const int Kept = 500, MaxLineBytes = 500, MaxText = 2000;

    // Set while something is published here, and while our own streams are served: what that writes to the log is not in the stream, or a line would
    // cause lines without end.
    private readonly AsyncLocal<bool> _isOwn = new();

    private readonly Topic _lines = new("log", TopicOptions.Default with { MaxMessages = Kept });
    private readonly TopicEndpoint _endpoint;
    private readonly ILogger _log;
    private readonly TimeProvider _time;

    /// <param name="logging">What everything in the server logs to; this hears it from now on.</param>
    /// <param name="time">When a line is said; the system's clock unless given.</param>
    public LogDemo(ILoggerFactory logging, TimeProvider? time = null)
    {
        _time = time ?? TimeProvider.System;
        _endpoint = new TopicEndpoint(_lines, null, new TopicSse());
        logging.AddProvider(this);
        _log = logging.CreateLogger("Gallery.Log");
        Routes = new Router()
            .Get("/lines", ReadAsync)
            .Post("/lines", CrossSite.Guard(WriteAsync))
            .Post("/failure", CrossSite.Guard(_ => throw new InvalidOperationException("This handler was asked to fail.")));
    }

    public Router Routes { get; }

    /// <summary>Lines so far.</summary>
    public long Lines => _lines.End.Sequence;

    /// <inheritdoc />
    public ILogger CreateLogger(string categoryName) => new TopicLogger(this, categoryName);

    /// <inheritdoc />
    public void Dispose()
    {
        // Readers end with the server.
    }

    // Async, so that what is set here does not outlive the response: the end of its connection is a line like any other.
    private async ValueTask ReadAsync(HttpExchange exchange)
    {
        _isOwn.Value = true;
        await _endpoint.HandleAsync(exchange);
    }

    private async ValueTask WriteAsync(HttpExchange exchange)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        string text = Encoding.UTF8.GetString(await exchange.RequestBody.ReadAllAsync(MaxLineBytes));

        // A line break would begin a line that nobody said, an escape would paint on somebody's terminal.
        if (text.Length == 0 || text.Any(char.IsControl))
        {
            await exchange.RespondAsync(400, "400 Bad Request: a line is some text without control characters\n");
            return;
        }

        if (_log.IsEnabled(LogLevel.Information)) _log.LogInformation("Somebody says: {Text}", text);
        await exchange.RespondAsync(201, "application/json", Encoding.ASCII.GetBytes($$"""{"lines":{{Lines}}}"""));
    }

    private void Publish(LogLevel level, string category, string text)
    {
        string word = level switch
        {
            LogLevel.Trace => "trce",
            LogLevel.Debug => "dbug",
            LogLevel.Information => "info",
            LogLevel.Warning => "warn",
            LogLevel.Error => "fail",
            _ => "crit",
        };
        var line = new Line(_time.GetUtcNow(), word, category, text.Length <= MaxText ? text : text[..MaxText] + '…');

        // A topic in memory has published when it returns, and wakes its readers on other threads.
        _ = _lines.PublishAsync(JsonSerializer.SerializeToUtf8Bytes(line, LogJson.Default.Line), type: word).AsTask();
    }

    internal sealed record Line(DateTimeOffset Time, string Level, string Category, string Text);

    private sealed class TopicLogger(LogDemo demo, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (!IsEnabled(logLevel) || demo._isOwn.Value) return;
            demo._isOwn.Value = true;
            try
            {
                string text = formatter(state, exception);
                demo.Publish(logLevel, category, exception is null ? text : $"{text}: {exception.GetType().Name}: {exception.Message}");
            }
            finally
            {
                demo._isOwn.Value = false;
            }
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LogDemo.Line))]
internal sealed partial class LogJson : JsonSerializerContext;
