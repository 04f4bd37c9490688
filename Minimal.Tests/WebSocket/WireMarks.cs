using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>What the trace says of frames: each byte once, each bit field by name.</summary>
public sealed class WireMarks
{
    [Fact]
    public void A_frame_is_named_part_by_part() => Assert.Equal(
        """
        0 81 FIN=1 RSV1=0 RSV2=0 RSV3=0 opcode=1 RFC 6455 §5.2
        1 85 MASK=1 length=5 RFC 6455 §5.2
        2 37FA213D masking-key RFC 6455 §5.3
        6 48656C6C6F payload RFC 6455 §5.2
        11 88 FIN=1 RSV1=0 RSV2=0 RSV3=0 opcode=8 RFC 6455 §5.2
        12 85 MASK=1 length=5 RFC 6455 §5.2
        13 37FA213D masking-key RFC 6455 §5.3
        17 03E8 status code RFC 6455 §7.4
        19 627965 reason RFC 6455 §7.1.6
        """.ReplaceLineEndings("\n"),
        Traced("81 85 37FA213D 7F9F4D5158 88 85 37FA213D 34124344 52").Listing);

    [Fact]
    public void Longer_lengths_and_compressed_payloads_have_names_of_their_own()
    {
        TraceLog sixteen = Traced($"82 FE 007E 00000000 {new string('A', 252)}");
        Assert.Equal([0, 1, 2, 4, 8], sixteen.Marks.Select(mark => mark.Offset));
        Assert.Equal(["FIN=1 RSV1=0 RSV2=0 RSV3=0 opcode=2", "MASK=1 length=126", "extended length, 16 bits", "masking-key", "payload"], Names(sixteen));

        TraceLog sixtyFour = Traced($"82 FF 0000000000010000 00000000 {new string('A', 131_072)}");
        Assert.Equal("extended length, 64 bits", Names(sixtyFour)[2]);

        TraceLog compressed = Traced("41 83 00000000 F248CD 89 81 00000000 70 80 84 00000000 C9C90700", Conversations.Deflate);
        Assert.Equal(["compressed payload", "payload", "compressed payload"], Names(compressed).Where(name => name.Contains("payload", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("81 85 37FA213D 7F9F4D5158 01 80 00000000 89 81 00000000 70 80 82 00000000 6869 82 80 00000000 88 80 00000000")]
    [InlineData("81 85 37FA213D 7F9F4D5158 88 86 37FA213D 34124344 5258")]
    [InlineData("88 82 00000000 03E8")]
    [InlineData("C1 87 00000000 F248CDC9C90700 8A 80 00000000")]
    public void Every_byte_is_marked_once_and_in_order_however_they_arrive(string hex)
    {
        byte[] bytes = Hex.Bytes(hex);
        foreach (IReadOnlyList<byte[]> pieces in Arrivals.All(bytes))
        {
            TraceLog trace = Traced(pieces);
            long next = 0;
            foreach ((WirePart _, long offset, byte[] marked) in trace.Marks)
            {
                Assert.Equal(next, offset);
                Assert.NotEmpty(marked);
                next += marked.Length;
            }

            Assert.Equal(bytes.Length, next);
        }
    }

    [Theory]
    [InlineData("83 80 00000000", 1)]
    [InlineData("81 02 6869", 2)]
    [InlineData("81 FE 0005 00000000", 4)]
    [InlineData("81 FF 0000000000000005 00000000", 8)]
    [InlineData("82 FF 1000000000000000 00000000", 3)]
    public void A_refused_header_is_marked_up_to_the_byte_that_decided(string hex, int length)
    {
        foreach (IReadOnlyList<byte[]> pieces in Arrivals.All(Hex.Bytes(hex))) Assert.Equal(length, Traced(pieces).Marks.Sum(mark => mark.Bytes.Length));
    }

    [Fact]
    public void The_bit_fields_cover_each_bit_once_and_spell_its_value()
    {
        foreach (IReadOnlyList<BitField> fields in (IReadOnlyList<BitField>[])[WebSocketParts.FirstByteFields, WebSocketParts.SecondByteFields])
        {
            Assert.Equal(8, fields.Sum(field => field.Width));
            for (int value = 0; value < 256; value++)
            {
                Assert.Equal(value, fields.Sum(field => field.Of((byte)value) << field.Shift));
                bool isFirst = fields == WebSocketParts.FirstByteFields;
                WirePart part = isFirst ? WebSocketParts.FirstByte((byte)value) : WebSocketParts.SecondByte((byte)value);
                Assert.Equal(string.Join(' ', fields.Select(field => $"{field.Part.Name}={field.Of((byte)value)}")), part.Name);
                Assert.Same(part, isFirst ? WebSocketParts.FirstByte((byte)value) : WebSocketParts.SecondByte((byte)value));
            }
        }

        Assert.Equal(WebSocketParts.All.Count, WebSocketParts.All.Select(part => part.Name).Distinct().Count());
    }

    private static TraceLog Traced(string hex, DeflateParameters? deflate = null) => Traced([Hex.Bytes(hex)], deflate ?? null);

    private static TraceLog Traced(IReadOnlyList<byte[]> pieces, DeflateParameters? deflate = null)
    {
        var trace = new TraceLog();
        bool isCompressed = pieces.SelectMany(piece => piece).FirstOrDefault() == 0xC1;
        using var receiver = new PureReceiver(deflate: deflate ?? (isCompressed ? Conversations.Deflate : null), trace: trace);
        foreach (byte[] piece in pieces) receiver.Receive(piece);
        return trace;
    }

    private static List<string> Names(TraceLog trace) => [.. trace.Marks.Select(mark => mark.Part.Name)];
}
