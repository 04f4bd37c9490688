using System.Buffers;

namespace Minimal.Http.Topics;

/// <summary>
/// How a message looks on a wire. What it writes may include anything that belongs to that one message alone, such as the chunk
/// that it is in; it may not depend on what stands before it or on who reads it. One instance stands for one framed log of a topic,
/// so use one for all.
/// </summary>
public abstract class TopicFraming
{
    /// <summary>
    /// Writes a message; writing nothing leaves it out. Called by one thread at a time for each topic. It does not throw, whatever
    /// the message holds, and does not use the topic.
    /// </summary>
    public abstract void Write(in TopicMessage message, IBufferWriter<byte> output);
}
