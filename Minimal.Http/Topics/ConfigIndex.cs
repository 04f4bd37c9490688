namespace Minimal.Http.Topics;

/// <summary>The latest value of each key in a compacted topic, by key. It reads what is new when it is asked. Thread-safe.</summary>
internal sealed class ConfigIndex(Topic topic)
{
    private const int BatchSize = 1000;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, ConfigValue> _values = new(StringComparer.Ordinal);
    private Cursor _at = topic.Start;
    private long _horizon;

    /// <summary>The topic.</summary>
    public Topic Topic => topic;

    /// <summary>Takes in what is new.</summary>
    /// <returns>Up to where everything is taken in.</returns>
    public Cursor CatchUp()
    {
        lock (_lock)
        {
            while (topic.HasNews(_at))
            {
                TopicBatch batch = topic.Read(_at, BatchSize);
                foreach (ref readonly TopicMessage message in batch.Messages.Span) _values[message.Key!] = new ConfigValue(message.Id, message.Data);
                _at = batch.Next;
                if (batch.IsEnd) break;
            }

            Forget();
            return _at;
        }
    }

    /// <summary>The value of a key, as far as it is taken in; null when it has none.</summary>
    public ConfigValue? Find(string key)
    {
        lock (_lock) return _values.GetValueOrDefault(key);
    }

    // What the topic's bounds have driven out has no value any more.
    private void Forget()
    {
        long horizon = topic.Horizon;
        if (horizon == _horizon) return;
        _horizon = horizon;
        foreach ((string key, ConfigValue value) in _values)
        {
            if (value.Id.Sequence <= horizon) _values.Remove(key);
        }
    }
}
