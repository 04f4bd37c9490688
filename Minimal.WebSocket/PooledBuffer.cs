using System.Buffers;

namespace Minimal.WebSocket;

/// <summary>Bytes that are collected in one piece of pooled memory, which doubles as they come. Holds no memory while it is empty. Not thread-safe.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private const int FirstBytes = 256;

    private byte[] _bytes = [];

    /// <summary>How many bytes there are.</summary>
    public int Count { get; private set; }

    /// <summary>The memory that it holds.</summary>
    public int AllocatedBytes => _bytes.Length;

    /// <summary>What was collected; valid until the next change.</summary>
    public ReadOnlyMemory<byte> Written => _bytes.AsMemory(0, Count);

    public void Advance(int count) => Count += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsMemory(Count);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsSpan(Count);
    }

    /// <summary>Forgets everything and gives the memory back.</summary>
    public void Clear()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Count = 0;
    }

    private void MakeRoom(int sizeHint)
    {
        if (_bytes.Length - Count >= Math.Max(1, sizeHint)) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(FirstBytes, Math.Max(Count + sizeHint, (int)Math.Min(2L * Count, Array.MaxLength))));
        _bytes.AsSpan(0, Count).CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
