using System.Buffers.Binary;

namespace Minimal.Gallery.Demos.Chat;

/// <summary>A record and an image in one binary message: the record's length in two bytes, the record, the image.</summary>
internal static class Picture
{
    public static byte[] Join(ReadOnlySpan<byte> record, ReadOnlySpan<byte> image)
    {
        byte[] joined = new byte[sizeof(ushort) + record.Length + image.Length];
        BinaryPrimitives.WriteUInt16BigEndian(joined, checked((ushort)record.Length));
        record.CopyTo(joined.AsSpan(sizeof(ushort)));
        image.CopyTo(joined.AsSpan(sizeof(ushort) + record.Length));
        return joined;
    }

    public static (ReadOnlyMemory<byte> Record, ReadOnlyMemory<byte> Image) Split(ReadOnlyMemory<byte> joined)
    {
        int length = BinaryPrimitives.ReadUInt16BigEndian(joined.Span);
        return (joined.Slice(sizeof(ushort), length), joined[(sizeof(ushort) + length)..]);
    }
}
