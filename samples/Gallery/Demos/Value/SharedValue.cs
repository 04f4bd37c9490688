using System.Security.Cryptography;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos.Value;

/// <summary>One update of the value.</summary>
internal sealed record Message(Cursor Id, ReadOnlyMemory<byte> Data);

/// <summary>What reading gave: the messages behind a cursor, where to go on, and what could not be had.</summary>
/// <param name="Messages">Oldest first.</param>
/// <param name="After">Where to go on.</param>
/// <param name="Missed">Where the reader stood, when what followed there is gone.</param>
/// <param name="Changed">Ends with the next update after this reading: none can come between the two unnoticed.</param>
internal sealed record Reading(IReadOnlyList<Message> Messages, Cursor After, Cursor? Missed, Task Changed)
{
    /// <summary>Where the stretch that is missing ends.</summary>
    public Cursor Resumed => Messages is [var first, ..] ? new Cursor(first.Id.Epoch, first.Id.Sequence - 1) : After;

    public bool IsEmpty => Messages.Count == 0 && Missed is null;
}

/// <summary>The value that everybody watches, with its last updates, so that who looks away for a while misses none. Thread-safe.</summary>
internal sealed class SharedValue
{
    private const int Kept = 256;

    private readonly Lock _lock = new();
    private readonly Queue<Message> _recent = new(Kept);
    private readonly ulong _epoch = (uint)RandomNumberGenerator.GetInt32(1, int.MaxValue);
    private TaskCompletionSource _changed = NewSignal();
    private long _last;

    /// <summary>How many updates there were.</summary>
    public long Count => Volatile.Read(ref _last);

    private Cursor End => new(_epoch, _last);

    /// <summary>Makes it the value, and tells everybody who waits.</summary>
    /// <param name="data">Is kept, so it must not change.</param>
    public Cursor Publish(ReadOnlyMemory<byte> data)
    {
        TaskCompletionSource changed;
        Cursor id;
        lock (_lock)
        {
            _last++;
            id = End;
            if (_recent.Count == Kept) _recent.Dequeue();
            _recent.Enqueue(new Message(id, data));
            changed = _changed;
            _changed = NewSignal();
        }

        changed.SetResult();
        return id;
    }

    /// <summary>Reads what follows a cursor; without one, the value as it stands.</summary>
    public Reading Read(Cursor? after)
    {
        lock (_lock)
        {
            long oldest = _last - _recent.Count;
            long from = after?.Sequence ?? Math.Max(0, _last - 1);
            bool isGone = after is { } cursor && (cursor.Epoch != _epoch || from < oldest || from > _last);
            if (isGone) from = oldest;
            return new Reading([.. _recent.Skip((int)(from - oldest))], End, isGone ? after : null, _changed.Task);
        }
    }

    // Who waits goes on elsewhere, and not within Publish.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
