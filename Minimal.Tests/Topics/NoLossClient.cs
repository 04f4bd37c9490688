using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>What one client of a <see cref="NoLossModel"/> saw. Only what it received whole counts: what was cut off, it did not see.</summary>
internal sealed class NoLossClient(string name, Cursor begin)
{
    private readonly List<NoLossObservation> _observations = [];

    /// <summary>Where it began.</summary>
    public Cursor Begin { get; } = begin;

    /// <summary>Where it stands: what it says when it connects again.</summary>
    public Cursor Cursor { get; private set; } = begin;

    /// <summary>Whether it was told of the end.</summary>
    public bool IsEnded { get; private set; }

    public IReadOnlyList<NoLossObservation> Observations => _observations;

    public void Message(Cursor id, ReadOnlyMemory<byte> data)
    {
        _observations.Add(new NoLossObservation.Message(id, data));
        Cursor = id;
    }

    public void Gap(Cursor from, Cursor to)
    {
        _observations.Add(new NoLossObservation.Gap(from, to));
        Cursor = to;
    }

    public void End()
    {
        _observations.Add(new NoLossObservation.End());
        IsEnded = true;
    }

    /// <summary>A whole batch, in the order in which a client is told of it.</summary>
    public void Batch(TopicBatch batch)
    {
        if (batch.Gap is { } gap) Gap(gap.From, gap.To);
        foreach (TopicMessage message in batch.Messages.ToArray()) Message(message.Id, message.Data);
        if (batch.IsEnd) End();
    }

    public NoLossException Broke(string what) => new($"Client {name} {what}. It saw: {string.Join(", ", _observations.TakeLast(20))}");
}

/// <summary>One thing that a client saw.</summary>
internal abstract record NoLossObservation
{
    public sealed record Message(Cursor Id, ReadOnlyMemory<byte> Data) : NoLossObservation
    {
        public override string ToString() => $"{Id}";
    }

    public sealed record Gap(Cursor From, Cursor To) : NoLossObservation
    {
        public override string ToString() => $"gap({From}, {To})";
    }

    public sealed record End : NoLossObservation
    {
        public override string ToString() => "end";
    }
}

/// <summary>The promise was broken; the message says to whom and how.</summary>
internal sealed class NoLossException(string message) : Exception(message);

/// <summary>What all clients of a model saw together.</summary>
internal sealed class NoLossReport
{
    public long Messages { get; set; }

    public long Gaps { get; set; }

    /// <summary>Messages that gaps covered.</summary>
    public long Missed { get; set; }
}
