using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>
/// The decoder of a connection says what the receiver out of nothing but the codec says, whatever the frames, the segments and the reads;
/// that one copies everything and this one next to nothing.
/// </summary>
public sealed class DecoderTests
{
    private static readonly Arbitrary<(byte[] Bytes, int[] Reads, int[] Segments, bool InParts, bool IsDeflate)> Inputs = Arb.From(
        from frames in Gen.Choose(0, 6).SelectMany(count => Gen.ArrayOf(WebSocketBytesGen.Frame, count))
        from flips in Gen.Frequency((3, Gen.Constant(Array.Empty<int>())), (1, Gen.ArrayOf(Gen.Choose(0, 8 * 400), 2)))
        let bytes = PayloadGen.Flip([.. frames.SelectMany(frame => frame)], flips)
        from reads in Generators.Cuts
        from segments in Generators.Cuts
        from inParts in Gen.Elements(true, false)
        from isDeflate in Gen.Elements(true, false)
        select (bytes, reads, segments, inParts, isDeflate));

    [Fact]
    [Requirement("WS-5.2-07", "WS-5.3-01", "WS-5.4-01", "WS-6.2-01")]
    public void It_agrees_with_the_slow_one_on_any_bytes() => Properties.Holds(Inputs, given =>
    {
        DeflateParameters? deflate = given.IsDeflate ? new DeflateParameters() : null;
        string expected = PureReceiver.Transcript([given.Bytes], deflate: deflate);
        Assert.Equal(expected, Transcript(given.Bytes, given.Reads, given.Segments, given.InParts, deflate));
    }, 500);

    [Fact]
    [Requirement("WS-5.2-07")]
    public void A_segment_of_nothing_is_passed_over()
    {
        byte[] bytes = WebSocketFrameModel.Bytes(0x01, "Hello"u8.ToArray(), 0x37FA213D);
        using var decoder = new MessageDecoder(WebSocketRole.Server, WebSocketLimits.Default, null);
        decoder.Begin(Arrivals.Join([[], [], bytes[..7], []]));
        Assert.Equal(ParseStatus.Complete, decoder.Read(true, out WebSocketMessage message, out _));
        Assert.Equal("H", message.GetText());
        Assert.Equal(ParseStatus.NeedMore, decoder.Read(true, out _, out _));
        decoder.End();
        decoder.Begin(Arrivals.Join([[], [], bytes[7..]]));
        Assert.Equal(ParseStatus.Complete, decoder.Read(true, out message, out _));
        Assert.Equal("ello", message.GetText());
    }

    [Fact]
    public void A_message_in_one_frame_is_handed_out_where_it_lies()
    {
        byte[] bytes = WebSocketFrameModel.Bytes(0x81, "Hello"u8.ToArray(), 0x37FA213D);
        using var decoder = new MessageDecoder(WebSocketRole.Server, WebSocketLimits.Default, null);
        decoder.Begin(new ReadOnlySequence<byte>(bytes));
        Assert.Equal(ParseStatus.Complete, decoder.Read(false, out WebSocketMessage message, out _));
        Assert.True(message.Data.Span.Overlaps(bytes.AsSpan(6)));
        Assert.Equal("Hello", Encoding.UTF8.GetString(bytes.AsSpan(6)));
        Assert.Equal(0, decoder.AllocatedBytes);
    }

    [Fact]
    [Requirement("WS-10.4-02")]
    public void Memory_follows_what_has_come()
    {
        using var decoder = new MessageDecoder(WebSocketRole.Server, new WebSocketLimits { MaxFrameBytes = 1 << 30, MaxMessageBytes = 1 << 30 }, null);
        decoder.Begin(new ReadOnlySequence<byte>([.. Hex.Bytes("82 FF 0000000040000000 00000000"), .. new byte[1000]]));
        Assert.Equal(ParseStatus.NeedMore, decoder.Read(false, out _, out _));
        Assert.InRange(decoder.AllocatedBytes, 1000, 4096);
    }

    private static string Transcript(byte[] bytes, int[] reads, int[] segments, bool inParts, DeflateParameters? deflate)
    {
        using var decoder = new MessageDecoder(WebSocketRole.Server, WebSocketLimits.Default, deflate);
        var transcript = new List<string>();
        var parts = new ArrayBufferWriter<byte>();
        byte[] kept = [];
        foreach (byte[] read in Arrivals.Cut(bytes, reads))
        {
            ReadOnlySequence<byte> buffer = Arrivals.Join(Arrivals.Cut([.. kept, .. read], segments));
            decoder.Begin(buffer);
            if (!TryDrain(decoder, inParts, parts, transcript)) return string.Join('\n', transcript);
            kept = buffer.Slice(decoder.Consumed).ToArray();
            decoder.End();
        }

        return string.Join('\n', transcript);
    }

    // False when nothing more is read.
    private static bool TryDrain(MessageDecoder decoder, bool inParts, ArrayBufferWriter<byte> parts, List<string> transcript)
    {
        while (true)
        {
            ParseStatus status = decoder.Read(inParts, out WebSocketMessage message, out ProtocolRule? broken);
            if (status == ParseStatus.NeedMore) return true;
            if (status == ParseStatus.Invalid)
            {
                transcript.Add($"refused {broken!.Name} {broken.Code}");
                return false;
            }

            if (!message.Opcode.IsControl())
            {
                parts.Write(message.Data.Span);
                if (!message.IsEnd) continue;
                transcript.Add(message.IsText ? $"text {Encoding.UTF8.GetString(parts.WrittenSpan)}" : $"binary {Hex.Of(parts.WrittenSpan)}");
                parts.ResetWrittenCount();
            }
            else if (message.Opcode != Opcode.Close) transcript.Add($"{(message.Opcode == Opcode.Ping ? "ping" : "pong")} {Hex.Of(message.Data.Span)}".TrimEnd());
            else
            {
                ClosePayload? close = ClosePayload.Read(message.Data.Span, out broken);
                transcript.Add(close is { } said ? $"close {(int)said.Code} {said.Reason}".TrimEnd() : $"refused {broken!.Name} {broken.Code}");
                return false;
            }
        }
    }
}
