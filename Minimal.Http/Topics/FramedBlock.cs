namespace Minimal.Http.Topics;

/// <summary>
/// A stretch of a framed log: bytes, and where each message in them ends. What has been written never changes and the memory is
/// never used again, so whoever sends from a block needs no lock and the log may drop it meanwhile; the garbage collector knows
/// when the last one is through.
/// </summary>
internal sealed class FramedBlock(int size)
{
    private readonly byte[] _bytes = GC.AllocateUninitializedArray<byte>(size);
    private long[] _sequences = new long[8];
    private int[] _ends = new int[8];

    public int Size => _bytes.Length;

    /// <summary>Messages that are complete.</summary>
    public int Count { get; private set; }

    /// <summary>Where the next message begins.</summary>
    public int End => StartOf(Count);

    public long LastSequence => Count == 0 ? -1 : _sequences[Count - 1];

    public long SequenceOf(int message) => _sequences[message];

    public int StartOf(int message) => message == 0 ? 0 : _ends[message - 1];

    public ReadOnlyMemory<byte> Slice(int start, int end) => _bytes.AsMemory(start, end - start);

    public Memory<byte> Free(int from) => _bytes.AsMemory(from);

    /// <summary>Makes a message that has been written behind <see cref="End"/> part of the block.</summary>
    public void Commit(long sequence, int end)
    {
        // Growing makes new arrays: a reader without the lock sees the old one or the new one, and what it looks for is in both.
        if (Count == _ends.Length)
        {
            Array.Resize(ref _sequences, Count * 2);
            Array.Resize(ref _ends, Count * 2);
        }

        _sequences[Count] = sequence;
        _ends[Count] = end;
        Count++;
    }

    /// <summary>The first message behind a place.</summary>
    public int FindBehind(long sequence)
    {
        int found = _sequences.AsSpan(0, Count).BinarySearch(sequence);
        return found < 0 ? ~found : found + 1;
    }

    /// <summary>The message, not before <paramref name="first"/>, that holds the byte in front of an offset.</summary>
    public int FindHolding(int offset, int first, int count)
    {
        int found = _ends.AsSpan(first, count).BinarySearch(offset);
        return first + (found < 0 ? ~found : found);
    }
}
