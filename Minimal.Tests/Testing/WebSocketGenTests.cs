using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;
using Minimal.Tests.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Testing;

public sealed class WebSocketGenTests
{
    private static readonly WebSocketLimits Wide = new() { MaxInflateRatio = 2000, MaxMessageBytes = 1_000_000 };

    [Property(Tests = 500)]
    public void What_a_client_sends_is_received(WebSocketStreamModel stream, Segmentation segmentation) => AssertReceived(stream, WebSocketRole.Server, segmentation);

    [Fact]
    public void What_a_server_sends_is_received() =>
        PropertyCheck.Holds(Arb.From(WebSocketGen.FromServer, WebSocketGen.Shrink), stream => AssertReceived(stream, WebSocketRole.Client, new Segmentation([7])));

    [Fact]
    public void What_a_client_compresses_is_received() => PropertyCheck.Holds(
        Arb.From(WebSocketGen.CompressedFromClient, WebSocketGen.Shrink),
        stream => AssertReceived(stream, WebSocketRole.Server, new Segmentation([]), new DeflateParameters(ClientNoContextTakeover: !stream.KeepsWindow)),
        tests: 60);

    [Property(Tests = 300)]
    public void Frames_are_those_that_the_library_writes(WebSocketStreamModel stream)
    {
        Assert.All(stream.Frames(), frame =>
        {
            byte[] header = new byte[FrameHeader.MaxLength];
            int length = new FrameHeader(frame.Final, frame.Reserved, frame.Opcode, frame.Payload.Length, frame.Key).Write(header);
            byte[] payload = [.. frame.Payload];
            Masking.Apply(payload, frame.Key ?? 0);
            Assert.Equal([.. header[..length], .. payload], frame.ToBytes());
        });
    }

    [Property(Tests = 60)]
    [Requirement("DEF-7.2.1-01", "DEF-7.2.2-01")]
    public void Compressed_messages_inflate_to_their_content(DeflateModel message)
    {
        byte[] frame = WebSocketFrameModel.Bytes(0xC2, message.ToBytes(), 1);
        Assert.Equal($"binary {Hex.Of(message.Content)}", PureReceiver.Transcript([frame], deflate: new DeflateParameters(), limits: Wide));
    }

    [Property(Tests = 30)]
    public void Shrinking_keeps_frames_valid(WebSocketStreamModel stream) =>
        Assert.All(WebSocketGen.Shrink(stream), smaller => AssertReceived(smaller, WebSocketRole.Server, new Segmentation([])));

    [Fact]
    public void A_receiver_that_loses_a_ping_between_fragments_is_found_with_one_message()
    {
        Counterexample found = PropertyCheck.MustFail(WebSocketArbitraries.FromClient(), stream =>
            Assert.DoesNotContain(stream.Frames().Zip(stream.Frames().Skip(1)), pair => pair.First is { Final: false } && pair.Second.Opcode == Opcode.Ping));
        var smallest = Assert.IsType<WebSocketStreamModel>(found.Smallest[0]);
        WebSocketMessageModel message = Assert.Single(smallest.Messages);
        Assert.Equal((2, 1, null), (message.Content.Length, message.Pings.Count, smallest.Close));
        Assert.Empty(message.Pings[0]);
        Assert.Equal(0u, smallest.Key);
    }

    [Fact]
    public void Damage_that_is_overlooked_is_found_in_a_message_of_nothing()
    {
        Counterexample found = PropertyCheck.MustFail(WebSocketArbitraries.NearlyDeflate(), mutant => Assert.NotEqual("block of the reserved type", mutant.Mutation.Name));
        var smallest = Assert.IsType<DeflateMutant>(found.Smallest[0]);
        Assert.Empty(smallest.Origin.Content);
        Assert.Equal(0, smallest.Choice);
    }

    [Fact]
    public void Bytes_shrink_to_one_frame()
    {
        Counterexample found = PropertyCheck.MustFail(WebSocketArbitraries.Bytes(), bytes => Assert.DoesNotContain(bytes.Frames, frame => frame is [0x89, ..]));
        Assert.Equal([0x89], Assert.IsType<WebSocketBytes>(found.Smallest[0]).Value);
    }

    private static void AssertReceived(WebSocketStreamModel stream, WebSocketRole reader, Segmentation segmentation, DeflateParameters? deflate = null)
    {
        IEnumerable<byte[]> pieces = segmentation.Cut(stream.ToBytes()).Segments.Select(segment => segment.ToArray());
        string[] lines = PureReceiver.Transcript(pieces, reader, deflate, Wide).Split('\n');
        IEnumerable<string> messages = lines.Where(line => line.StartsWith("text", StringComparison.Ordinal) || line.StartsWith("binary", StringComparison.Ordinal));
        Assert.Equal(stream.Messages.Select(message => $"{message}"), messages);
        Assert.DoesNotContain(lines, line => line.StartsWith("refused", StringComparison.Ordinal));
        Assert.Equal(stream.Frames().Count(frame => frame.Opcode == Opcode.Ping), lines.Count(line => line.StartsWith("ping", StringComparison.Ordinal)));
        Assert.Equal(stream.Close is not null, lines[^1].StartsWith("close", StringComparison.Ordinal));
    }
}
