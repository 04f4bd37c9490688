namespace Minimal.Http.Topics;

/// <summary>Where a log stands: what a store tells the topic that begins to read it.</summary>
/// <param name="End">Behind the newest message. What follows is told to the topic; what lies before is read by <see cref="TopicStore.ReadOlderAsync"/>.</param>
/// <param name="IsCompleted">Whether the log has been completed already.</param>
public readonly record struct TopicStart(Cursor End, bool IsCompleted = false);

/// <summary>
/// Where the messages of one topic are numbered and kept. The store decides the order; the topic beside it keeps the newest
/// messages, what they look like framed, and who waits for more. The topic hears of every message in one way, whoever
/// published it: the store calls <see cref="Appended"/>. Implementations are thread-safe.
/// </summary>
public abstract class TopicStore
{
    private Topic? _topic;

    /// <summary>
    /// Begins: called once, when a topic takes this store. The store calls <see cref="Appended"/> for what follows the
    /// cursor that it returns, and not before it has returned.
    /// </summary>
    protected abstract TopicStart Start();

    /// <summary>
    /// Numbers a message and keeps it. The store calls <see cref="Appended"/> for it before the task completes.
    /// Throws <see cref="TopicException"/> with <see cref="TopicRules.Completed"/> once the log is completed.
    /// </summary>
    /// <param name="data">The data; the store may keep this memory, nobody writes to it.</param>
    /// <param name="type">The type, or null.</param>
    /// <param name="key">The key, or null.</param>
    /// <param name="cancellation">Gives up, if the message was not yet accepted.</param>
    /// <returns>The id of the message.</returns>
    protected internal abstract ValueTask<Cursor> AppendAsync(ReadOnlyMemory<byte> data, string? type, string? key, CancellationToken cancellation);

    /// <summary>Ends the log and calls <see cref="Completed"/>. Does nothing the second time.</summary>
    protected internal abstract ValueTask CompleteAsync(CancellationToken cancellation);

    /// <summary>
    /// Reads messages that the topic itself no longer has. Both cursors are of this life of the log. The batch carries a gap
    /// if the store does not reach back to <paramref name="after"/> either, its messages are not behind <paramref name="upTo"/>,
    /// and its next cursor is behind <paramref name="after"/>. Null, the default: this store keeps no more than the topic does.
    /// </summary>
    /// <param name="after">Where the reader stands.</param>
    /// <param name="upTo">Where the topic's own messages begin.</param>
    /// <param name="maxMessages">The most messages to return; at least 1.</param>
    /// <param name="maxBytes">The most bytes of data to return; one message always is.</param>
    /// <param name="cancellation">Gives up.</param>
    protected internal virtual ValueTask<TopicBatch?> ReadOlderAsync(Cursor after, Cursor upTo, int maxMessages, int maxBytes, CancellationToken cancellation) =>
        new(default(TopicBatch?));

    /// <summary>In front of the oldest message that the store can give. By default what it is told: where the topic's own messages begin.</summary>
    protected internal virtual ValueTask<Cursor> FindEarliestAsync(Cursor tail, CancellationToken cancellation) => new(tail);

    /// <summary>
    /// A reader came with a cursor that this store's topic has not heard of yet, as happens when it was on another server
    /// before. The store makes sure that all messages up to there have been told to the topic, if they exist. By default nothing is done.
    /// </summary>
    protected internal virtual ValueTask CatchUpAsync(Cursor upTo, CancellationToken cancellation) => ValueTask.CompletedTask;

    /// <summary>
    /// Tells the topic of a message. Called for every message, whoever appended it, in the order of their sequence numbers and
    /// one at a time; a message that the topic has already is ignored.
    /// </summary>
    /// <exception cref="ArgumentException">The message is of another epoch.</exception>
    protected void Appended(in TopicMessage message) => Attached.Accept(message);

    /// <summary>Tells the topic that the log is complete, behind the last message.</summary>
    protected void Completed() => Attached.AcceptEnd();

    private Topic Attached => _topic ?? throw new InvalidOperationException("The store has not been given to a topic yet.");

    internal TopicStart Attach(Topic topic)
    {
        if (Interlocked.CompareExchange(ref _topic, topic, null) is not null)
            throw new InvalidOperationException("A store serves one topic.");
        return Start();
    }
}
