using System.Buffers;

namespace Minimal.Http.Topics;

/// <summary>
/// Writes messages into the blocks of a framed log, each message whole into one block: one that does not fit moves to a
/// new block with what there is of it. Not thread-safe.
/// </summary>
internal sealed class FramedWriter(List<FramedBlock> blocks) : IBufferWriter<byte>
{
    private const int FirstBlock = 2 * 1024;

    // Below the size from which arrays live apart and are freed late (85,000 bytes).
    private const int LargestBlock = 64 * 1024;

    private FramedBlock? _block;
    private int _at;

    /// <summary>Bytes that all blocks take, written or not.</summary>
    public long Allocated { get; private set; }

    public void Write(in TopicMessage message, TopicFraming framing)
    {
        _at = _block?.End ?? 0;
        framing.Write(message, this);
        if (_block is not null && _at > _block.End) _block.Commit(message.Id.Sequence, _at);
    }

    public void DropFirst()
    {
        Allocated -= blocks[0].Size;
        if (blocks[0] == _block) _block = null;
        blocks.RemoveAt(0);
    }

    public void Advance(int count) => _at += count;

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        int size = Math.Max(sizeHint, 1);
        if (_block is null || _block.Size - _at < size) Begin(size);
        return _block!.Free(_at);
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    private void Begin(int size)
    {
        int begun = _at - (_block?.End ?? 0);
        var next = new FramedBlock(NextSize(begun + size));
        if (begun > 0) _block!.Slice(_block.End, _at).CopyTo(next.Free(0));

        // A block that holds no message was only the way to this one.
        if (_block is { Count: 0 }) Remove(_block);
        blocks.Add(next);
        Allocated += next.Size;
        _block = next;
        _at = begun;
    }

    private void Remove(FramedBlock block)
    {
        Allocated -= block.Size;
        blocks.Remove(block);
    }

    // Blocks double, so that a quiet topic has a small log. A message larger than a block has one of its own, and
    // doubles while it is written, so that it is moved seldom.
    private int NextSize(int needed)
    {
        int usual = Math.Min(Math.Max(_block?.Size * 2 ?? FirstBlock, FirstBlock), LargestBlock);
        return needed <= usual ? usual : (int)Math.Min(needed * 2L, Array.MaxLength);
    }
}
