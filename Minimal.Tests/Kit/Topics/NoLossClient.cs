using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>
/// What one client of a <see cref="NoLossModel"/> saw. Only what it received whole counts: what was cut off, it did not see. It sees on one thread at a
/// time, beside which its model may settle.
/// </summary>
public sealed class NoLossClient
{
    private readonly Lock _lock = new();
    private readonly List<NoLossObservation> _observations = [];

    internal NoLossClient(string name, Cursor begin)
    {
        Name = name;
        Begin = Cursor = begin;
    }

    /// <summary>What reports call it.</summary>
    public string Name { get; }

    /// <summary>Where it began, or where it stood when the model last settled.</summary>
    public Cursor Begin { get; private set; }

    /// <summary>Where it stands: what it says when it connects again.</summary>
    public Cursor Cursor { get; private set; }

    /// <summary>Whether it was told of the end.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>What it saw since then, in order.</summary>
    public IReadOnlyList<NoLossObservation> Observations
    {
        get
        {
            lock (_lock) return [.. _observations];
        }
    }

    /// <summary>It received a message.</summary>
    public void Message(Cursor id, ReadOnlyMemory<byte> data)
    {
        Add(new NoLossMessage(id, data));
        Cursor = id;
    }

    /// <summary>It was told of a gap.</summary>
    public void Gap(Cursor from, Cursor to)
    {
        Add(new NoLossGap(from, to));
        Cursor = to;
    }

    /// <summary>It was told where it stands: that there is nothing up to there that it has not seen.</summary>
    public void Place(Cursor at)
    {
        if (at == Cursor) return;
        Add(new NoLossPlace(at));
        Cursor = at;
    }

    /// <summary>It was told of the end.</summary>
    public void End()
    {
        Add(new NoLossEnd());
        IsEnded = true;
    }

    /// <summary>It received a whole batch, in the order in which a client is told of it.</summary>
    public void Batch(TopicBatch batch)
    {
        if (batch.Gap is { } gap) Gap(gap.From, gap.To);
        foreach (TopicMessage message in batch.Messages.ToArray()) Message(message.Id, message.Data);
        if (batch.IsEnd) End();
    }

    /// <summary>What is thrown when the promise to this client was broken.</summary>
    /// <param name="what">How, as the rest of a sentence about the client.</param>
    public NoLossException Broke(string what) => new($"client {Name} {what}. It saw, from {Begin} on: {string.Join(", ", Observations.TakeLast(20))}");

    /// <summary>Forgets what it saw first: that was judged.</summary>
    internal void Settle(int count, Cursor at)
    {
        lock (_lock) _observations.RemoveRange(0, count);
        Begin = at;
    }

    private void Add(NoLossObservation observation)
    {
        lock (_lock) _observations.Add(observation);
    }
}
