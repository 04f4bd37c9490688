namespace Peers.Kestrel;

/// <summary>The last hundred thousand messages, and a task that ends with the next one. Thread-safe.</summary>
internal sealed class Topic
{
    private const int History = 100_000;

    private readonly Lock _lock = new();
    private readonly Message[] _messages = new Message[History];
    private long _last;
    private TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Last => Volatile.Read(ref _last);

    /// <summary>Ends when something is published behind what was there when it was taken.</summary>
    public Task News => Volatile.Read(ref _news).Task;

    public long Publish(byte[] data)
    {
        TaskCompletionSource news;
        long id;
        lock (_lock)
        {
            id = _last + 1;
            _messages[id % History] = new Message(id, data);
            news = _news;
            Volatile.Write(ref _last, id);
            Volatile.Write(ref _news, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        }

        news.SetResult();
        return id;
    }

    /// <summary>The message behind that one; null when there is none yet. What is no longer kept is passed over.</summary>
    public Message? Next(long after)
    {
        lock (_lock) return after >= _last ? null : _messages[Math.Max(after + 1, _last - History + 1) % History];
    }

    /// <summary>A place in the topic as a client writes it: a number, <c>earliest</c> or, also when it says nothing, <c>latest</c>.</summary>
    public long PlaceOf(string? after) => after switch
    {
        "earliest" => 0,
        _ when long.TryParse(after, out long place) => place,
        _ => Last,
    };
}
