namespace Minimal.Http.Diagnostics.Reading;

/// <summary>Bytes that wait, in one piece of memory that grows as they come and is given back when they are gone.</summary>
internal sealed class ByteQueue
{
    private const int KeptBytes = 4 * 1024;

    private byte[] _bytes = [];
    private int _start;

    public int Count { get; private set; }

    public ReadOnlyMemory<byte> Memory => _bytes.AsMemory(_start, Count);

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(_start, Count);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_bytes.Length - _start - Count < bytes.Length) MakeRoom(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(_start + Count));
        Count += bytes.Length;
    }

    /// <summary>Takes bytes away from the front.</summary>
    public void Skip(int count)
    {
        _start += count;
        Count -= count;
        if (Count > 0) return;
        _start = 0;
        if (_bytes.Length > KeptBytes) _bytes = [];
    }

    private void MakeRoom(int more)
    {
        byte[] target = Count + more <= _bytes.Length ? _bytes : new byte[Math.Max(Count + more, 2 * Count)];
        Span.CopyTo(target);
        _bytes = target;
        _start = 0;
    }
}
