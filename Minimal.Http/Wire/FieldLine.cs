namespace Minimal.Http.Wire;

/// <summary>The fields that decide how a message is read; the parser notes them as it passes.</summary>
internal enum FieldKind : byte
{
    Other,
    Host,
    Connection,
    ContentLength,
    TransferEncoding,
    ContentType,
    Expect,
    Upgrade,
}

/// <summary>Where the name and the value of a field stand in the head.</summary>
internal readonly record struct FieldLine(int NameStart, int NameLength, int ValueStart, int ValueLength, FieldKind Kind)
{
    public static FieldKind KindOf(ReadOnlySpan<byte> name) => name.Length switch
    {
        4 when Is(name, "host"u8) => FieldKind.Host,
        6 when Is(name, "expect"u8) => FieldKind.Expect,
        7 when Is(name, "upgrade"u8) => FieldKind.Upgrade,
        10 when Is(name, "connection"u8) => FieldKind.Connection,
        12 when Is(name, "content-type"u8) => FieldKind.ContentType,
        14 when Is(name, "content-length"u8) => FieldKind.ContentLength,
        17 when Is(name, "transfer-encoding"u8) => FieldKind.TransferEncoding,
        _ => FieldKind.Other,
    };

    private static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> known) => System.Text.Ascii.EqualsIgnoreCase(name, known);
}
