using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A chunk with data (RFC 9112 §7.1).</summary>
/// <param name="Data">The data; not empty, for a chunk of size zero is the last one.</param>
/// <param name="Extension">The extensions with all their punctuation, such as <c>;a=b</c>; empty for none.</param>
/// <param name="SizeFormat">How the size is written: <c>x</c> or <c>X</c>, with a number of digits where it has leading zeros.</param>
public sealed record ChunkModel(byte[] Data, string Extension = "", string SizeFormat = "x")
{
    // chunk = chunk-size [ chunk-ext ] CRLF chunk-data CRLF
    internal IEnumerable<WirePiece> Pieces() =>
    [
        new(WireParts.ChunkSize, Data.Length.ToString(SizeFormat, null)),
        new(WireParts.ChunkExtension, Extension),
        new(WireParts.LineEnd, "\r\n"),
        new(WireParts.ChunkData, Encoding.Latin1.GetString(Data)),
        new(WireParts.LineEnd, "\r\n"),
    ];
}
