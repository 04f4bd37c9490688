using Microsoft.Extensions.Logging;
using Minimal.Http;
using Minimal.Testing;

namespace Minimal.Tests.Http;

/// <summary>Collects what a server logs. Thread-safe.</summary>
internal sealed class RecordingLog : ILoggerFactory, ILogger
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<string> _all = [];
    private readonly List<ConnectionEnd> _ends = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<ConnectionEnd> Ends
    {
        get
        {
            lock (_lock) return [.. _ends];
        }
    }

    /// <summary>Warnings and errors.</summary>
    public IReadOnlyList<string> Complaints
    {
        get
        {
            lock (_lock) return [.. _lines];
        }
    }

    /// <summary>Everything that was logged.</summary>
    public IReadOnlyList<string> All
    {
        get
        {
            lock (_lock) return [.. _all];
        }
    }

    public async Task<IReadOnlyList<ConnectionEnd>> EndsAsync(int count)
    {
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                if (_ends.Count >= count) return [.. _ends];
                changed = _changed.Task;
            }

            await changed.WaitAsync(Conversation.Patience, TimeProvider.System);
        }
    }

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
        lock (_lock)
        {
            _all.Add(formatter(state, exception));
            if (logLevel >= LogLevel.Warning) _lines.Add($"{formatter(state, exception)} {exception}");
            if (state is IReadOnlyList<KeyValuePair<string, object?>> values && values.FirstOrDefault(value => value.Key == "End").Value is ConnectionEnd end)
            {
                _ends.Add(end);
                _changed.TrySetResult();
                _changed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            }
        }
    }

    public void Dispose()
    {
        // Nothing is held.
    }
}
