using System.Buffers;

namespace Minimal.Http.Topics;

/// <summary>
/// What an endless response looks like: its type, and how it says where it stands, what is missing and that it ends. Messages are framed by
/// <see cref="Framing"/>. Immutable; it writes whole records and never throws.
/// </summary>
public abstract class TopicStreamFormat
{
    /// <summary>The Content-Type.</summary>
    public abstract string ContentType { get; }

    /// <summary>How a message is written; one instance for all streams, so that they share one log of bytes.</summary>
    public abstract TopicFraming Framing { get; }

    /// <summary>Whether the stream is to end after <see cref="TopicEndpointOptions.RecycleBytes"/>, because its client keeps all of it.</summary>
    public virtual bool IsKeptByClient => true;

    /// <summary>Sets further fields of the response.</summary>
    public virtual void SetFields(Wire.FieldSection fields)
    {
    }

    /// <summary>Writes what stands before everything else: room to make a browser begin, say. Nothing unless overridden.</summary>
    public virtual void WritePrelude(IBufferWriter<byte> output)
    {
    }

    /// <summary>Says where the stream stands: at its start, and again when nothing else was sent for a while.</summary>
    public abstract void WriteOpen(Cursor at, IBufferWriter<byte> output);

    /// <summary>Says that messages are missing.</summary>
    public abstract void WriteGap(TopicGap gap, IBufferWriter<byte> output);

    /// <summary>Says that nothing will ever follow.</summary>
    public abstract void WriteEnd(Cursor at, IBufferWriter<byte> output);

    /// <summary>Says that the response ends here and the stream goes on in another.</summary>
    /// <param name="at">From where.</param>
    /// <param name="wait">How long the client is to wait before.</param>
    /// <param name="output">Takes the bytes.</param>
    public abstract void WriteAgain(Cursor at, TimeSpan wait, IBufferWriter<byte> output);

    /// <summary>
    /// Says that the same client has begun to read in another request, and is not to come back for this one. Unless overridden, the same as
    /// <see cref="WriteEnd"/>: what matters is that it stops.
    /// </summary>
    public virtual void WriteSuperseded(Cursor at, IBufferWriter<byte> output) => WriteEnd(at, output);
}
