namespace Minimal.Sse;

/// <summary>Bytes that grow and are emptied but never shrink, so that a stream in steady state allocates nothing. The default is empty.</summary>
internal struct ByteBuffer
{
    private byte[]? _bytes;

    public int Length { get; private set; }

    /// <summary>What the buffer holds; valid until the next <see cref="Append"/> or <see cref="Set"/>, also behind <see cref="Clear"/>.</summary>
    public readonly ReadOnlySpan<byte> Bytes => _bytes.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        int length = Length + bytes.Length;
        if (length > (_bytes?.Length ?? 0)) Array.Resize(ref _bytes, Math.Max(length, 2 * Length));
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length = length;
    }

    public void Set(ReadOnlySpan<byte> bytes)
    {
        Clear();
        Append(bytes);
    }

    public void Clear() => Length = 0;
}
