using System.Buffers;

namespace Minimal.WebSocket.Wire.Deflate;

/// <summary>What a compressor writes to: passes bytes on, the last four of them only when more come (RFC 7692 §7.2.1).</summary>
internal sealed class TailCutter : Stream
{
    // The head of an empty stored block, which is all that is sent of one.
    private const byte EmptyBlock = 0x00;

    private readonly byte[] _held = new byte[EmptyBlockTail.Length];
    private int _heldCount;
    private IBufferWriter<byte>? _output;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    private static ReadOnlySpan<byte> EmptyBlockTail => [0x00, 0x00, 0xFF, 0xFF];

    /// <summary>Says where bytes go from now on; null to drop them.</summary>
    public void Begin(IBufferWriter<byte>? output)
    {
        _output = output;
        _heldCount = 0;
    }

    /// <summary>A flush is done: of a message's last piece the tail is cut, else it is passed on.</summary>
    /// <exception cref="InvalidOperationException">The compressor flushes otherwise than by an empty stored block.</exception>
    public void End(bool isLast)
    {
        ReadOnlySpan<byte> tail = _held.AsSpan(0, _heldCount);
        if (!isLast) Pass(tail);
        // Where nothing came since the last flush, a compressor flushes nothing (RFC 7692 §7.2.3.6).
        else if (tail.IsEmpty) Pass([EmptyBlock]);
        else if (!tail.SequenceEqual(EmptyBlockTail)) throw new InvalidOperationException("The compressor did not flush with an empty stored block.");
        Begin(null);
    }

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        int passed = Math.Clamp(_heldCount + buffer.Length - _held.Length, 0, _heldCount);
        Pass(_held.AsSpan(0, passed));
        _held.AsSpan(passed, _heldCount - passed).CopyTo(_held);
        _heldCount -= passed;

        int direct = Math.Max(0, buffer.Length - _held.Length);
        Pass(buffer[..direct]);
        buffer[direct..].CopyTo(_held.AsSpan(_heldCount));
        _heldCount += buffer.Length - direct;
    }

    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void Pass(ReadOnlySpan<byte> bytes) => _output?.Write(bytes);
}
