namespace Minimal.Http.Topics;

/// <summary>
/// Somebody who waits for news of a topic: a node of the topic's own list, so that waiting costs this object and nothing else.
/// Make a class of your own for what is held anyway (a poll, a stream). News is more messages, a gap, or the end behind
/// <see cref="Cursor"/>.
/// </summary>
/// <param name="staysRegistered">Whether it is registered still after it has been told of news, as a stream is; a poll is not.</param>
public abstract class TopicWaiter(bool staysRegistered = false)
{
    private ulong _epoch;
    private long _sequence;

    /// <summary>Whether it is registered still after it has been told of news.</summary>
    public bool StaysRegistered { get; } = staysRegistered;

    /// <summary>
    /// How far this waiter has read. Set by its owner before <see cref="Topic.Register"/>; one that stays registered sets it again
    /// whenever it has read on, which spares it calls for what it has read already.
    /// </summary>
    public Cursor Cursor
    {
        // The owner writes while a sweep reads. A sweep that sees half of a change may call once too often, never once too
        // little: it believes the number only behind the epoch that was written after it.
        get
        {
            ulong epoch = Volatile.Read(ref _epoch);
            return new Cursor(epoch, Volatile.Read(ref _sequence));
        }

        set
        {
            Volatile.Write(ref _sequence, value.Sequence);
            Volatile.Write(ref _epoch, value.Epoch);
        }
    }

    /// <summary>The list that this waiter is in; null if it is registered nowhere. Guarded by that list's lock.</summary>
    internal TopicWaiters? Owner { get; set; }

    /// <summary>The neighbour towards the end of the list; null if it is in none.</summary>
    internal TopicWaiter? Next { get; set; }

    /// <summary>The neighbour towards the head of the list; null if it is in none.</summary>
    internal TopicWaiter? Previous { get; set; }

    /// <summary>
    /// There is news. Called on a thread of the pool, outside of all locks, never inside <see cref="Topic.Register"/> and never
    /// twice at the same time for one waiter. It may use the topic freely. It must not block and not throw: others wait for
    /// their turn. It is called once for news, whether or not that is then read, and may be called for news read already.
    /// </summary>
    protected internal abstract void OnNews();
}
