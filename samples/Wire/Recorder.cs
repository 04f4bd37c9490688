using Minimal.Http.Diagnostics;

namespace Minimal.WireTool;

/// <summary>Writes what passes into a <c>.wire</c> file, if there is one. Thread-safe.</summary>
internal sealed class Recorder
{
    private readonly Lock _lock = new();
    private readonly TimeProvider _time;
    private readonly long _start;
    private readonly StreamWriter? _file;
    private readonly WireFileWriter? _writer;
    private readonly Dictionary<int, Sides> _connections = [];
    private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A recorder whose time begins now.</summary>
    public Recorder(StreamWriter? file, TimeProvider time)
    {
        _time = time;
        _start = time.GetTimestamp();
        _file = file;
        _writer = file is null ? null : new WireFileWriter(file);
        file?.Flush();
    }

    [Flags]
    private enum Sides
    {
        None = 0,
        Client = 1,
        Server = 2,
        Both = Client | Server,
    }

    /// <summary>Ends when the file cannot be written any more.</summary>
    public Task Failed => _failed.Task;

    /// <summary>Why; null while it can.</summary>
    public string? Failure { get; private set; }

    /// <summary>Takes an event.</summary>
    /// <returns>Whether it was news: behind a reset both sides have ended, whoever notices it next.</returns>
    public bool Add(int connection, WireFileEventKind kind, WireDirection direction, ReadOnlyMemory<byte> bytes = default, string note = "")
    {
        lock (_lock)
        {
            Sides ended = _connections.GetValueOrDefault(connection);
            Sides side = direction == WireDirection.FromClient ? Sides.Client : Sides.Server;
            bool hasSide = kind is WireFileEventKind.Bytes or WireFileEventKind.End or WireFileEventKind.Reset;
            if (hasSide && (ended & side) != 0) return false;

            if (kind == WireFileEventKind.End) _connections[connection] = ended | side;
            if (kind == WireFileEventKind.Reset) _connections[connection] = Sides.Both;
            if (kind == WireFileEventKind.Close) _connections.Remove(connection);
            Write(new WireFileEvent(_time.GetElapsedTime(_start), connection, kind, direction, bytes, note));
            return true;
        }
    }

    // Each event is whole in the file before the next, whatever ends this program.
    private void Write(WireFileEvent item)
    {
        if (_writer is null || Failure is not null) return;
        try
        {
            _writer.Write(item);
            _file!.Flush();
        }
        catch (IOException e)
        {
            Failure = $"the recording cannot be written: {e.Message.TrimEnd('.')}";
            _failed.TrySetResult();
        }
    }
}
