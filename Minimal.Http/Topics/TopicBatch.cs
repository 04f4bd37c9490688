namespace Minimal.Http.Topics;

/// <summary>
/// What reading from a cursor gave. The order for a client is: the gap, then the messages, then the end. All of these may be
/// absent: then there is no news. Immutable.
/// </summary>
/// <param name="messages">The messages, oldest first.</param>
/// <param name="next">Where to go on.</param>
/// <param name="gap">What could not be had in front of the messages.</param>
/// <param name="isEnd">Whether nothing will ever follow.</param>
public readonly struct TopicBatch(ReadOnlyMemory<TopicMessage> messages, Cursor next, TopicGap? gap = null, bool isEnd = false)
{
    /// <summary>The messages behind the cursor, or behind the gap, oldest first; may be empty.</summary>
    public ReadOnlyMemory<TopicMessage> Messages { get; } = messages;

    /// <summary>Where to go on: reading from here gives what follows. All that lies before it was given, is in the gap, or was replaced.</summary>
    public Cursor Next { get; } = next;

    /// <summary>What could not be had, in front of the messages; null if nothing is missing.</summary>
    public TopicGap? Gap { get; } = gap;

    /// <summary>Whether the topic is complete and <see cref="Next"/> is its end: nothing will ever follow.</summary>
    public bool IsEnd { get; } = isEnd;

    /// <summary>Whether there is nothing to tell: no message, no gap, no end.</summary>
    public bool IsEmpty => Messages.IsEmpty && Gap is null && !IsEnd;
}
