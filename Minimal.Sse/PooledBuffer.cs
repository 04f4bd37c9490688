using System.Buffers;

namespace Minimal.Sse;

/// <summary>Bytes that are collected in pooled memory; empty it holds none, so that a stream that waits costs nothing.</summary>
internal sealed class PooledBuffer : IBufferWriter<byte>
{
    private byte[] _bytes = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, Length);

    public void Advance(int count) => Length += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsMemory(Length);
    }

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        MakeRoom(sizeHint);
        return _bytes.AsSpan(Length);
    }

    /// <summary>Empties the buffer and gives its memory back.</summary>
    public void Clear()
    {
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = [];
        Length = 0;
    }

    private void MakeRoom(int sizeHint)
    {
        if (_bytes.Length - Length >= Math.Max(sizeHint, 1)) return;
        byte[] larger = ArrayPool<byte>.Shared.Rent(Math.Max(256, Math.Max(Length + sizeHint, 2 * Length)));
        _bytes.AsSpan(0, Length).CopyTo(larger);
        if (_bytes.Length > 0) ArrayPool<byte>.Shared.Return(_bytes);
        _bytes = larger;
    }
}
