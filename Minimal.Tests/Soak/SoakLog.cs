using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Minimal.Http;

namespace Minimal.Soak;

/// <summary>Counts why connections ended, and keeps what the server says at error level. Thread-safe.</summary>
internal sealed class SoakLog(Findings findings) : ILoggerFactory, ILogger
{
    private readonly ConcurrentDictionary<ConnectionEnd, long> _ends = new();

    /// <summary>How many connections ended for which reason.</summary>
    public IReadOnlyDictionary<ConnectionEnd, long> Ends => _ends;

    public ILogger CreateLogger(string categoryName) => this;

    public void AddProvider(ILoggerProvider provider)
    {
        // This factory is its own provider.
    }

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (logLevel >= LogLevel.Error) findings.Add($"the server logged: {formatter(state, exception)} {exception}");
        if (state is not IReadOnlyList<KeyValuePair<string, object?>> values) return;
        foreach ((string name, object? value) in values)
        {
            if (name == "End" && value is ConnectionEnd end) _ends.AddOrUpdate(end, 1, static (_, count) => count + 1);
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
