using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generator and shrinker for any bytes, with those more often that event streams are made of.</summary>
public static class SseBytesGen
{
    private static readonly Gen<byte[]> LineEnd = Gen.Elements("\n", "\n", "\r", "\r\n").Select(Bytes);

    private static readonly Gen<byte[]> FieldStart = Gen.Elements(
        "data", "data:", "data: ", "event:", "event: ", "id:", "id: ", "id", "retry:", "retry: ", ":", ": ",
        "Data:", "data :", " data:", "id :", "Event:", "retry:+", "foo:", "d").Select(Bytes);

    private static readonly Gen<byte[]> FieldValue = Gen.Elements(
        "x", "y:z", " ", "  x", "\t", "0", "7", "15", "99999999999999999999", "\0", "1\0", ":", "data:",
        "\u00EF\u00BB\u00BF", "\u00EF\u00BB", "\u00BF", "\u00C3\u00A9", "\u00E2\u0082", "\u00AC", "\u00F0\u009F\u0098\u0080", "\u00F0\u009F", "\u00C0\u0080", "\u00FF")
        .Select(Bytes);

    private static readonly Gen<byte[]> AnyByte = Gen.Choose(0, 255).Select(value => new[] { (byte)value });

    /// <summary>Line ends, beginnings of fields, values and single bytes in any order; sometimes with a byte order mark, or half of one.</summary>
    public static Gen<SseBytes> Any { get; } =
        from mark in Gen.Frequency((3, Gen.Constant("")), (2, Gen.Constant("\u00EF\u00BB\u00BF")), (1, Gen.Constant("\u00EF\u00BB")))
        from tokens in Gen.Frequency((6, LineEnd), (5, FieldStart), (4, FieldValue), (1, AnyByte)).ListOf()
        select new SseBytes([Bytes(mark), .. tokens]);

    /// <summary>Fewer tokens.</summary>
    public static IEnumerable<SseBytes> Shrink(SseBytes bytes) => Shrinking.List(bytes.Tokens, _ => []).Select(tokens => new SseBytes(tokens));

    private static byte[] Bytes(string latin1) => Encoding.Latin1.GetBytes(latin1);
}
