using System.Buffers;
using System.Text;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Properties;

/// <summary>Decodes a body in chunks out of segments; ours, or one with a planted fault.</summary>
internal delegate BodyReader ReadChunked(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace? trace);

/// <summary>Writes pieces of content as a body in chunks; ours, or with a planted fault.</summary>
internal delegate void WriteChunked(IReadOnlyList<byte[]> pieces, IReadOnlyList<HttpField> trailers, IBufferWriter<byte> output);

/// <summary>What holds for a decoder and an encoder of chunks (RFC 9112 §7.1).</summary>
internal static class ChunkedProperties
{
    /// <summary>A valid body is read to its last byte, each span under its name.</summary>
    public static void ReadsAsMeant(ReadChunked read, ChunkedBodyModel body, Segmentation segmentation)
    {
        var trace = new RecordingTrace();
        BodyReader reader = read(segmentation.Cut(body.ToBytes()).Segments, trace);
        Assert.Equal((ParseStatus.Complete, null, body.ToBytes().Length), (reader.Status, reader.Broken, reader.Used));
        Assert.Equal(body.Content, reader.Content);
        Assert.Equal(body.Trailers.Select(field => new HttpField(field.Name, field.Value)), reader.Trailers ?? []);
        Assert.Equal(WirePiece.Marks(body.Pieces()), trace.Marks);
    }

    /// <summary>What is written in pieces is what is read, wherever the bytes are cut: a chunk for each piece that is not empty.</summary>
    public static void ArrivesWhole(
        WriteChunked write, IReadOnlyList<byte[]> pieces, IReadOnlyList<HttpField> trailers, Segmentation segmentation)
    {
        var output = new ArrayBufferWriter<byte>();
        write(pieces, trailers, output);
        var trace = new RecordingTrace();
        BodyReader reader = BodyReader.ReadChunked(segmentation.Cut(output.WrittenMemory).Segments, trace: trace);
        Assert.Equal((ParseStatus.Complete, output.WrittenCount), (reader.Status, reader.Used));
        Assert.Equal(pieces.SelectMany(piece => piece), reader.Content);
        Assert.Equal(trailers, reader.Trailers ?? []);
        IEnumerable<WireMark> chunks = trace.Marks.Where(mark => mark.Part == WireParts.ChunkData);
        Assert.Equal(pieces.Where(piece => piece.Length > 0).Select(Text), chunks.Select(Text));
    }

    private static string Text(byte[] bytes) => Encoding.Latin1.GetString(bytes);

    private static string Text(WireMark mark) => Encoding.Latin1.GetString(mark.Bytes.Span);
}
