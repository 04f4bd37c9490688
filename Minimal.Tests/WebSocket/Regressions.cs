using Minimal.Testing;
using System.Text;
using Minimal.WebSocket.Wire;
using Xunit;
using static Minimal.Tests.WebSocket.Conversations;

namespace Minimal.Tests.WebSocket;

/// <summary>Defects that other servers and libraries had, as bytes.</summary>
public sealed class Regressions
{
    [Fact]
    public void Millions_of_empty_fragments_take_no_memory_and_end()
    {
        using var receiver = new PureReceiver();
        receiver.Receive(Hex.Bytes("01 80 00000000"));
        byte[] many = [.. Enumerable.Repeat(Hex.Bytes("00 80 00000000"), 10_000).SelectMany(frame => frame)];
        for (int i = 0; i < 200 && receiver.ToString().Length == 0; i++) receiver.Receive(many);

        Assert.Equal("refused TooManyFragments 1008", receiver.ToString());
        Assert.InRange(receiver.BufferedBytes, 0, 256);
    }

    [Fact]
    public void A_mebibyte_in_fragments_of_one_byte_arrives()
    {
        using var receiver = new PureReceiver();
        receiver.Receive(Hex.Bytes("02 81 00000000 61"));
        byte[] many = [.. Enumerable.Repeat(Hex.Bytes("00 81 00000000 61"), 10_000).SelectMany(frame => frame)];
        for (int i = 0; i < 104; i++) receiver.Receive(many);
        receiver.Receive(Hex.Bytes("80 81 00000000 61"));

        Assert.Equal("binary ".Length + (2 * 1_040_002), receiver.ToString().Length);
    }

    [Fact]
    public void Memory_follows_what_came_and_not_what_was_announced()
    {
        using var receiver = new PureReceiver(deflate: Deflate);
        receiver.Receive(Hex.Bytes("82 FF 0000000000100000 00000000 AB"));
        Assert.InRange(receiver.BufferedBytes, 1, 1024);

        using var compressed = new PureReceiver(deflate: Deflate);
        compressed.Receive(Hex.Bytes("C2 FF 0000000000100000 00000000 F2"));
        Assert.InRange(compressed.BufferedBytes + compressed.WindowBytes, 0, 2048);
    }

    [Theory]
    [InlineData("81 05 48656C6C6F", "refused MaskMissing 1002")]
    [InlineData("81 00", "refused MaskMissing 1002")]
    [InlineData("81 7E 0100", "refused MaskMissing 1002")]
    [InlineData("89 00", "refused MaskMissing 1002")]
    [InlineData("88 02 03E8", "refused MaskMissing 1002")]
    public void No_frame_of_a_client_goes_without_mask(string hex, string transcript) => FromClient(hex, transcript);

    [Fact]
    public void The_order_of_frames_is_kept()
    {
        FromClient("01 81 00000000 61 89 80 00000000 80 81 00000000 62", "ping\ntext ab");
        FromClient("80 81 00000000 61", "refused StrayContinuation 1002");
        FromClient("01 81 00000000 61 82 81 00000000 62", "refused MessageUnfinished 1002");
        FromClient("00 80 00000000", "refused StrayContinuation 1002");
    }

    [Fact]
    public void Compression_is_bounded_kept_off_control_frames_and_survives_final_blocks()
    {
        using var deflater = new MessageDeflater(noContextTakeover: true);
        byte[] bomb = Hex.Bytes(Hex.Written(output => deflater.Write(new byte[10_000_000], true, output)));
        string transcript = PureReceiver.Transcript([WebSocketFrameModel.Bytes(0xC2, bomb, 0)], deflate: Deflate);
        Assert.Contains("1009", transcript, StringComparison.Ordinal);

        FromClient("C9 87 00000000 F248CDC9C90700", "refused CompressionBit 1002", Deflate);
        FromClient("C1 88 00000000 F348CDC9C9070000 C1 87 00000000 F248CDC9C90700", "text Hello\ntext Hello", Deflate);
    }

    [Fact]
    public void Text_is_checked_across_fragments_and_reads()
    {
        FromClient("01 81 00000000 F0 00 81 00000000 9F 00 81 00000000 98 80 81 00000000 80", "text 😀");
        FromClient("01 81 00000000 ED 80 81 00000000 A0", "refused InvalidText 1007");
        FromClient("01 81 00000000 CE 80 81 00000000 41", "refused InvalidText 1007");
    }

    [Fact]
    public void More_pongs_than_pings_are_nothing() =>
        FromClient("8A 81 00000000 78 8A 81 00000000 78 8A 80 00000000 88 82 00000000 03E8", "pong 78\npong 78\npong\nclose 1000");

    [Fact]
    public void A_close_says_its_reason_and_not_what_lay_in_the_buffer()
    {
        foreach (string reason in (string[])["", "bye", "é", new string('x', 200), string.Concat(Enumerable.Repeat("€", 100))])
        {
            byte[] dirty = [.. Enumerable.Repeat((byte)0xEE, 200)];
            int length = ClosePayload.Create(CloseCode.Normal, reason, WebSocketRole.Server).Write(dirty);

            Assert.Equal([0x03, 0xE8], dirty[..2]);
            Assert.StartsWith(Encoding.UTF8.GetString(dirty.AsSpan(2, length - 2)), reason, StringComparison.Ordinal);
            Assert.All(dirty[length..], b => Assert.Equal(0xEE, b));
        }
    }
}
