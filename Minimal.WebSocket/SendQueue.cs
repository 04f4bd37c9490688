namespace Minimal.WebSocket;

/// <summary>Operations in a line. Under the sender's lock.</summary>
internal struct SendQueue
{
    private SendOperation? _last;

    public SendOperation? First { get; private set; }

    public readonly bool IsEmpty => First is null;

    /// <summary>The bytes of all messages in the line that were not written.</summary>
    public long Bytes { get; private set; }

    public void Add(SendOperation operation)
    {
        operation.Next = null;
        if (First is null) First = operation;
        else _last!.Next = operation;
        _last = operation;
        Bytes += operation.Message.Length;
    }

    /// <summary>For who goes on with a message that was begun.</summary>
    public void AddFirst(SendOperation operation)
    {
        operation.Next = First;
        _last ??= operation;
        First = operation;
        Bytes += operation.Message.Length;
    }

    public SendOperation TakeFirst()
    {
        SendOperation first = First!;
        First = first.Next;
        if (First is null) _last = null;
        first.Next = null;
        Bytes -= first.Message.Length;
        return first;
    }

    /// <summary>Takes an operation out, wherever it stands; false when it is not there.</summary>
    public bool Remove(SendOperation operation)
    {
        SendOperation? before = null;
        for (SendOperation? at = First; at is not null; before = at, at = at.Next)
        {
            if (at != operation) continue;
            if (before is null) First = at.Next;
            else before.Next = at.Next;
            if (_last == at) _last = before;
            at.Next = null;
            Bytes -= at.Message.Length;
            return true;
        }

        return false;
    }
}
