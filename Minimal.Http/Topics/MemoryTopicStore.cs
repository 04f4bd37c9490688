namespace Minimal.Http.Topics;

/// <summary>
/// Numbers messages in this process and keeps none: what the topic itself holds is all there is, and a restart is a new life
/// of the log. Thread-safe.
/// </summary>
public sealed class MemoryTopicStore : TopicStore
{
    private readonly Lock _lock = new();
    private readonly ulong _epoch;
    private long _sequence;
    private bool _completed;

    /// <summary>An empty log.</summary>
    /// <param name="epoch">Which life of the log this is; null draws 48 random bits, so that ids stay short and no two lives are taken for one.</param>
    public MemoryTopicStore(ulong? epoch = null) => _epoch = epoch ?? (ulong)Random.Shared.NextInt64(1, 1L << 48);

    /// <inheritdoc />
    protected override TopicStart Start() => new(new Cursor(_epoch, 0));

    /// <inheritdoc />
    protected internal override ValueTask<Cursor> AppendAsync(ReadOnlyMemory<byte> data, string? type, string? key, CancellationToken cancellation)
    {
        // The topic is told under the lock: numbers and order are one thing.
        lock (_lock)
        {
            if (_completed) throw new TopicException(TopicRules.Completed);
            var id = new Cursor(_epoch, ++_sequence);
            Appended(new TopicMessage(id, data, type, key));
            return new ValueTask<Cursor>(id);
        }
    }

    /// <inheritdoc />
    protected internal override ValueTask CompleteAsync(CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (!_completed) Completed();
            _completed = true;
        }

        return ValueTask.CompletedTask;
    }
}
