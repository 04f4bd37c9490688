namespace Minimal.WebSocket;

/// <summary>
/// Who waits because the output is busy: for its turn, or until what was written has been flushed. Under the sender's lock, but for
/// <see cref="TakeBack"/>.
/// </summary>
internal sealed class SendBacklog(FrameSender sender)
{
    private SendQueue _queue;
    private SendQueue _written;
    private SendOperation? _spare;

    /// <summary>Whose message was begun in parts and is not complete: others wait for that. Null for nobody's.</summary>
    public WebSocketMessageWriter? Open { get; set; }

    /// <summary>Whether nobody waits its turn, and no message is under way in parts.</summary>
    public bool IsEmpty => _queue.IsEmpty && Open is null;

    /// <summary>Who waits its turn and may go next: while a message is sent in parts, only its parts may.</summary>
    public SendOperation? Next => _queue.First is { } first && (Open is null || first.Writer == Open) ? first : null;

    /// <summary>Whether a message of that length may wait; if nobody else does, whatever its length.</summary>
    public bool Takes(int length, long most) => _queue.IsEmpty || _queue.Bytes + length <= most;

    /// <summary>Puts a message in the line; a part of the message that is under way, in front.</summary>
    public SendOperation Add(in OutgoingMessage message, WebSocketMessageWriter? writer)
    {
        SendOperation operation = Rent();
        operation.Message = message;
        operation.Writer = writer;
        if (writer is not null && writer == Open) _queue.AddFirst(operation);
        else _queue.Add(operation);
        return operation;
    }

    /// <summary>Takes an operation out of the line; false when it is not there.</summary>
    public bool Remove(SendOperation operation) => _queue.Remove(operation);

    /// <summary>The next message was written whole: it waits for the flush.</summary>
    public void OnWritten()
    {
        SendOperation first = _queue.TakeFirst();
        _written.Add(first);
        if (first.Writer is not null) Open = first.Message.IsFinal ? null : first.Writer;
    }

    /// <summary>Somebody waits for the flush of what was written.</summary>
    public ValueTask AddWaiter()
    {
        SendOperation operation = Rent();
        _written.Add(operation);
        return operation.Task;
    }

    /// <summary>Takes out who waited for the flush; null when nobody is left.</summary>
    public SendOperation? TakeWritten() => _written.IsEmpty ? null : _written.TakeFirst();

    /// <summary>Takes out who waits its turn, which will not come; null when nobody is left.</summary>
    public SendOperation? TakeQueued()
    {
        Open = null;
        return _queue.IsEmpty ? null : _queue.TakeFirst();
    }

    /// <summary>An operation's result was taken: it can be used again. From any thread.</summary>
    public void TakeBack(SendOperation operation) => Volatile.Write(ref _spare, operation);

    private SendOperation Rent() => Interlocked.Exchange(ref _spare, null) ?? new SendOperation(sender, this);
}
