using System.Text;
using Minimal.Testing;
using Minimal.WireTool;

namespace Minimal.Tests.Wire;

/// <summary>The surroundings of the program: what it prints is kept, and a test can wait for a line of it, and stop it.</summary>
internal sealed class ToolConsole : IDisposable
{
    private readonly TaskCompletionSource _stop = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly LineWriter _out = new(), _error = new();

    public ToolConsole(byte[]? input = null, bool hasColours = false) =>
        Console = new WireConsole(() => new MemoryStream(input ?? []), _out, _error, hasColours, _stop.Task, TimeProvider.System);

    public WireConsole Console { get; }

    public string Out => _out.Text;

    public string Error => _error.Text;

    /// <summary>Runs a command line to its end.</summary>
    public static async Task<(int ExitCode, string Out, string Error)> RunAsync(byte[]? input, params string[] words)
    {
        using var console = new ToolConsole(input);
        int exitCode = await WireProgram.RunAsync(words, console.Console);
        return (exitCode, console.Out, console.Error);
    }

    /// <summary>The same for tests that cannot wait: on a thread of the pool, since those of the test runner are all that its continuations have.</summary>
    public static (int ExitCode, string Out, string Error) Run(byte[]? input, params string[] words) =>
        Task.Run(() => RunAsync(input, words)).GetAwaiter().GetResult();

    public void Dispose()
    {
        _out.Dispose();
        _error.Dispose();
    }

    /// <summary>What Ctrl+C does.</summary>
    public void Stop() => _stop.TrySetResult();

    /// <summary>The first line of the output that holds that text, once it is there.</summary>
    public Task<string> LineAsync(string part) => _out.LineAsync(part).WaitAsync(Conversation.Patience, TimeProvider.System);

    private sealed class LineWriter : TextWriter
    {
        private readonly Lock _lock = new();
        private readonly StringBuilder _text = new(), _line = new();
        private readonly List<string> _lines = [];
        private readonly List<(string Part, TaskCompletionSource<string> Found)> _waiting = [];

        public LineWriter() => NewLine = "\n";

        public override Encoding Encoding => Encoding.UTF8;

        public string Text
        {
            get
            {
                lock (_lock) return _text.ToString();
            }
        }

        public override void Write(char value)
        {
            lock (_lock)
            {
                _text.Append(value);
                if (value != '\n')
                {
                    _line.Append(value);
                    return;
                }

                string line = _line.ToString();
                _line.Clear();
                _lines.Add(line);
                foreach ((string part, TaskCompletionSource<string> found) in _waiting)
                {
                    if (line.Contains(part, StringComparison.Ordinal)) found.TrySetResult(line);
                }
            }
        }

        public Task<string> LineAsync(string part)
        {
            lock (_lock)
            {
                if (_lines.Find(line => line.Contains(part, StringComparison.Ordinal)) is { } there) return Task.FromResult(there);
                var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
                _waiting.Add((part, found));
                return found.Task;
            }
        }
    }
}
