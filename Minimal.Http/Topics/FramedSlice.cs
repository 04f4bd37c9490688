namespace Minimal.Http.Topics;

/// <summary>
/// What a framed log has for a reader: whole messages in one piece of memory that does not change and may be sent without a
/// copy, for as long as it takes. Send it and go on from <see cref="Next"/>; if only a part could be sent, ask <see cref="Cut"/>.
/// </summary>
public readonly struct FramedSlice
{
    private readonly FramedBlock? _block;
    private readonly int _first;
    private readonly Cursor _after;

    private FramedSlice(Cursor after, bool isBehind)
    {
        _after = Next = after;
        IsBehind = isBehind;
    }

    internal FramedSlice(FramedBlock block, int first, Cursor after)
    {
        _block = block;
        _first = first;
        _after = after;
        Messages = block.Count - first;
        Bytes = block.Slice(block.StartOf(first), block.End);
        Next = after.At(block.LastSequence);
    }

    /// <summary>
    /// Whether the log does not reach back to the cursor, or the cursor is none of this topic: read and send messages from the
    /// topic, then come again.
    /// </summary>
    public bool IsBehind { get; }

    /// <summary>The bytes of all messages in the slice; empty if there is nothing new.</summary>
    public ReadOnlyMemory<byte> Bytes { get; }

    /// <summary>Messages in the slice.</summary>
    public int Messages { get; }

    /// <summary>Where to go on when all bytes are sent, also when there are none. There may be more at once.</summary>
    public Cursor Next { get; }

    /// <summary>Where a reader stands after a part of the bytes: always between two messages.</summary>
    /// <param name="sent">How many bytes of <see cref="Bytes"/> have been sent.</param>
    /// <returns>The place behind the message that the part ends in, and what is still to be sent of that message.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="sent"/> is negative or more than there are.</exception>
    public FramedCut Cut(int sent)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)sent, (uint)Bytes.Length, nameof(sent));
        if (_block is null || sent == 0) return new FramedCut(_after, default);

        int start = _block.StartOf(_first);
        int message = _block.FindHolding(start + sent, _first, Messages);
        int end = _block.StartOf(message + 1);
        return new FramedCut(_after.At(_block.SequenceOf(message)), _block.Slice(start + sent, end));
    }

    internal static FramedSlice Behind(Cursor after) => new(after, isBehind: true);

    internal static FramedSlice Nothing(Cursor after) => new(after, isBehind: false);
}

/// <summary>Where a reader stands after a part of a <see cref="FramedSlice"/>.</summary>
/// <param name="At">Behind the last message of which anything has been sent.</param>
/// <param name="Rest">
/// What is still to be sent of that message before anything else may be; empty if it was sent whole. Copy it rather than keep
/// it: it holds up to 64 KiB in memory.
/// </param>
public readonly record struct FramedCut(Cursor At, ReadOnlyMemory<byte> Rest);
