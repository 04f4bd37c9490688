using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>
/// What one client of a <see cref="NoLossModel"/> saw. Only what it received whole counts: what was cut off, it did not see. On one thread at a time.
/// </summary>
public sealed class NoLossClient
{
    private readonly List<NoLossObservation> _observations = [];

    internal NoLossClient(string name, Cursor begin)
    {
        Name = name;
        Begin = Cursor = begin;
    }

    /// <summary>What reports call it.</summary>
    public string Name { get; }

    /// <summary>Where it began.</summary>
    public Cursor Begin { get; }

    /// <summary>Where it stands: what it says when it connects again.</summary>
    public Cursor Cursor { get; private set; }

    /// <summary>Whether it was told of the end.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>What it saw, in order.</summary>
    public IReadOnlyList<NoLossObservation> Observations => _observations;

    /// <summary>It received a message.</summary>
    public void Message(Cursor id, ReadOnlyMemory<byte> data)
    {
        _observations.Add(new NoLossMessage(id, data));
        Cursor = id;
    }

    /// <summary>It was told of a gap.</summary>
    public void Gap(Cursor from, Cursor to)
    {
        _observations.Add(new NoLossGap(from, to));
        Cursor = to;
    }

    /// <summary>It was told where it stands: that there is nothing up to there that it has not seen.</summary>
    public void Place(Cursor at)
    {
        if (at == Cursor) return;
        _observations.Add(new NoLossPlace(at));
        Cursor = at;
    }

    /// <summary>It was told of the end.</summary>
    public void End()
    {
        _observations.Add(new NoLossEnd());
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
    public NoLossException Broke(string what) => new($"client {Name} {what}. It saw, from {Begin} on: {string.Join(", ", _observations.TakeLast(20))}");
}
