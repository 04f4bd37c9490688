using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generator and shrinker for any bytes, with those more often that mean something to HTTP.</summary>
public static class HttpBytesGen
{
    private const string Special = "\r\n \t:;=,\"\\%/?#0aF\0\u007F\u0080\u00FF";

    private static readonly string[] Words =
    [
        "\r\n", "\r\n\r\n", "\n\n", "\r\r", "GET ", "POST / HTTP/1.1\r\n", "HTTP/1.1", "HTTP/1.1 200 OK\r\n", "Host: a\r\n", "Content-Length: 5\r\n",
        "Transfer-Encoding: chunked\r\n", "0\r\n\r\n", "5\r\nhello\r\n", "ffffffffffffffff", "\r\n folded",
    ];

    /// <summary>0 to 30 pieces: special bytes, words of HTTP, letters, any byte.</summary>
    public static Gen<HttpBytes> Any { get; } = Bytes(least: 0, most: 30).Select(bytes => new HttpBytes(bytes));

    /// <summary>From <paramref name="least"/> to <paramref name="most"/> such pieces.</summary>
    public static Gen<byte[]> Bytes(int least, int most) =>
        from count in Gen.Choose(least, most)
        from pieces in Gen.ArrayOf(Piece(), count)
        select Encoding.Latin1.GetBytes(string.Concat(pieces));

    /// <summary>Fewer bytes, then letters in the place of others.</summary>
    public static IEnumerable<HttpBytes> Shrink(HttpBytes bytes) => Shrinking.Bytes(bytes.Value).Select(smaller => new HttpBytes(smaller));

    private static Gen<string> Piece() => Gen.Frequency(
        (4, HttpTextGen.Text(Special, least: 1, most: 1)),
        (2, Gen.Elements(Words)),
        (2, HttpTextGen.Text("abcXYZ019", least: 1, most: 3)),
        (1, Gen.Choose(0, 255).Select(value => ((char)value).ToString())));
}
