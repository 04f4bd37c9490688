using System.Buffers;

namespace Minimal.WebSocket.Wire.Deflate;

/// <summary>
/// What was decoded last, so that matches can be copied from it, and the way of what is new to the output. Memory is taken as it
/// fills, up to the window's size and 8 KiB of room.
/// </summary>
/// <param name="size">How far back a match may reach.</param>
/// <param name="isKept">Whether the window outlives its message; its memory is then its own, else of the shared pool.</param>
internal sealed class InflateWindow(int size, bool isKept)
{
    /// <summary>The longest match, for which <see cref="EnsureRoom"/> makes room.</summary>
    public const int LongestMatch = 258;

    private const int FirstBytes = 1024, RoomBytes = 8 * 1024;

    private byte[] _buffer = [];
    private int _flushed;

    /// <summary>How many bytes of memory it holds.</summary>
    public int AllocatedBytes => _buffer.Length;

    /// <summary>The memory: what was decoded, up to <see cref="Position"/>, and room for more.</summary>
    public Span<byte> Buffer => _buffer;

    /// <summary>Where the next byte goes.</summary>
    public int Position { get; set; }

    /// <summary>Adds as many of these bytes as there is room for, and says how many.</summary>
    public int Add(ReadOnlySpan<byte> bytes)
    {
        int count = Math.Min(bytes.Length, _buffer.Length - Position);
        bytes[..count].CopyTo(_buffer.AsSpan(Position));
        Position += count;
        return count;
    }

    /// <summary>Whether a match may begin so far back of that place.</summary>
    public bool Reaches(int distance, int position) => distance <= position && distance <= size;

    /// <summary>Repeats what stands <paramref name="distance"/> bytes back; what is written may be read again (RFC 1951 §3.2.3).</summary>
    public static void Repeat(Span<byte> buffer, int position, int distance, int length)
    {
        Span<byte> to = buffer.Slice(position, length);
        ReadOnlySpan<byte> from = buffer.Slice(position - distance, length);
        if (distance >= length) from.CopyTo(to);
        else if (distance == 1) to.Fill(from[0]);
        else for (int i = 0; i < to.Length; i++) to[i] = from[i];
    }

    /// <summary>Makes room for the longest match.</summary>
    public void EnsureRoom(IBufferWriter<byte> output)
    {
        if (_buffer.Length - Position >= LongestMatch) return;
        Flush(output);
        Grow();
        if (_buffer.Length - Position < LongestMatch) Slide();
    }

    /// <summary>Hands out what is new.</summary>
    public void Flush(IBufferWriter<byte> output)
    {
        if (_flushed == Position) return;
        output.Write(_buffer.AsSpan(_flushed..Position));
        _flushed = Position;
    }

    /// <summary>Forgets everything and gives the memory back.</summary>
    public void Clear()
    {
        if (!isKept && _buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = [];
        Position = _flushed = 0;
    }

    private void Grow()
    {
        int length = Math.Min(Math.Max(FirstBytes, 2 * _buffer.Length), size + RoomBytes);
        if (length <= _buffer.Length) return;

        byte[] larger = isKept ? GC.AllocateUninitializedArray<byte>(length) : ArrayPool<byte>.Shared.Rent(length);
        _buffer.AsSpan(0, Position).CopyTo(larger);
        if (!isKept && _buffer.Length > 0) ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    private void Slide()
    {
        int kept = Math.Min(size, Position);
        _buffer.AsSpan(Position - kept, kept).CopyTo(_buffer);
        Position = _flushed = kept;
    }
}
