using Minimal.Testing;
using System.Buffers;
using System.IO.Compression;
using System.Text;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>permessage-deflate through a connection, in both roles (RFC 7692).</summary>
public sealed class Rfc7692_OnTheWire
{
    private const string Offer = "Sec-WebSocket-Extensions: permessage-deflate\r\n", Hello = "F248CDC9C90700";

    private static readonly WebSocketOptions Deflating = new() { Deflate = DeflatePolicy.Default, MinCompressBytes = 0 };

    [Fact]
    [Requirement("DEF-5-01", "DEF-6-01", "DEF-6.2-01", "DEF-7.2.2-02", "DEF-7.2.1-04", "DEF-7.2.2-01", "WS-9.1-02")]
    public async Task Compressed_and_plain_messages_come_and_go()
    {
        await using var host = new SocketHost(SocketHost.Echo, Deflating);
        await using RawPeer peer = host.Connect();
        Assert.Contains("Sec-WebSocket-Extensions: permessage-deflate\r\n", await peer.OpenAsync($"Sec-WebSocket-Extensions: x-foo\r\n{Offer}"), StringComparison.Ordinal);
        await peer.SendHexAsync($"C1 87 00000000 {Hello} 81 85 00000000 48656C6C6F 41 83 00000000 F20011 89 80 00000000 80 82 00000000 0000");
        await peer.ExpectHexAsync($"C1 07 {Hello}");
        var inflater = new MessageInflater(false, 15, WebSocketLimits.Default);
        inflater.Read(Hex.Bytes(Hello), true, new ArrayBufferWriter<byte>(), out _);
        foreach (int expected in (int[])[0xC1, 0x8A, 0xC1])
        {
            (int first, byte[] payload) = await peer.ReadFrameAsync();
            Assert.Equal(expected, first);
            if (first == 0xC1) Assert.Equal("48656C6C6F", Hex.Written(output => inflater.Read(payload, true, output, out _)));
        }
    }

    [Fact]
    [Requirement("DEF-7.1.1.1-01", "DEF-7.1.1.2-01", "DEF-7.2.1-04", "DEF-7.2-03")]
    public async Task Without_takeover_each_message_stands_for_itself()
    {
        var policy = new DeflatePolicy { ClientNoContextTakeover = true };
        await using var host = new SocketHost(SocketHost.Echo, Deflating with { Deflate = policy });
        await using RawPeer peer = host.Connect();
        string head = await peer.OpenAsync("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n");
        Assert.Contains("permessage-deflate; server_no_context_takeover; client_no_context_takeover\r\n", head, StringComparison.Ordinal);
        await peer.SendHexAsync($"C1 87 00000000 {Hello} C1 87 00000000 {Hello}");
        await peer.ExpectHexAsync($"C1 07 {Hello} C1 07 {Hello}");
    }

    [Theory]
    [Requirement("DEF-5-02", "DEF-7-01", "DEF-7-02", "DEF-7-03", "DEF-7-04", "DEF-5-04")]
    [InlineData("permessage-deflate; foo", null)]
    [InlineData("permessage-deflate; server_max_window_bits=10", null)]
    [InlineData("permessage-deflate; server_max_window_bits=16", null)]
    [InlineData("permessage-deflate; client_no_context_takeover; client_no_context_takeover", null)]
    [InlineData("permessage-deflate; server_max_window_bits=10, permessage-deflate", "permessage-deflate")]
    public async Task An_offer_that_cannot_be_honoured_is_declined(string offer, string? reply)
    {
        await using var host = new SocketHost(SocketHost.Echo, Deflating);
        await using RawPeer peer = host.Connect();
        string head = await peer.OpenAsync($"Sec-WebSocket-Extensions: {offer}\r\n");
        Assert.Equal(reply is not null, head.Contains("Sec-WebSocket-Extensions", StringComparison.Ordinal));
        if (reply is not null) return;
        await peer.SendHexAsync($"C1 87 00000000 {Hello}");
        await peer.ExpectCloseAsync(1002);
    }

    [Fact]
    [Requirement("DEF-7.2-04", "DEF-8-01", "DEF-6-01")]
    public async Task Small_messages_and_those_that_must_not_be_are_not_compressed()
    {
        byte[] large = [.. Enumerable.Repeat((byte)'a', 10_000)];
        await using var host = new SocketHost(
            async socket =>
            {
                await socket.SendAsync(new byte[10], Opcode.Text);
                await socket.SendAsync(large, Opcode.Text);
                await socket.SendAsync(large, Opcode.Text, mayCompress: false);
                await socket.SendAsync(large, Opcode.Text);
                await socket.RefuseMessagesAsync();
            },
            new WebSocketOptions { Deflate = DeflatePolicy.Default, MinCompressBytes = 64 });
        await using RawPeer peer = await host.OpenAsync(Offer);
        var inflater = new MessageInflater(false, 15, WebSocketLimits.Default);
        foreach (int expected in (int[])[0x81, 0xC1, 0x81, 0xC1])
        {
            (int first, byte[] payload) = await peer.ReadFrameAsync();
            Assert.Equal(expected, first);
            if (first == 0xC1) Assert.Equal(Hex.Of(large), Hex.Written(output => inflater.Read(payload, true, output, out _)));
        }
    }

    [Fact]
    [Requirement("DEF-6.1-02", "DEF-7.2.1-02")]
    public async Task A_compressed_message_may_be_sent_in_parts_and_a_large_one_is()
    {
        byte[] large = new byte[200_000];
        new Random(1).NextBytes(large);
        await using var host = new SocketHost(
            async socket =>
            {
                await using (WebSocketMessageWriter writer = socket.BeginMessage(Opcode.Binary))
                {
                    await writer.WriteAsync("Hel"u8.ToArray());
                    await writer.WriteAsync("lo"u8.ToArray());
                    await writer.CompleteAsync();
                }

                await socket.SendAsync(large, Opcode.Binary);
                await socket.RefuseMessagesAsync();
            },
            Deflating);
        await using RawPeer peer = await host.OpenAsync(Offer);
        var inflater = new MessageInflater(false, 15, WebSocketLimits.Default);
        foreach ((int[] firsts, byte[] message) in ((int[], byte[])[])[([0x42, 0x00, 0x80], "Hello"u8.ToArray()), ([0x42, 0x00, 0x00, 0x80], large)])
        {
            string hex = "";
            foreach (int expected in firsts)
            {
                (int first, byte[] payload) = await peer.ReadFrameAsync();
                Assert.Equal(expected, first);
                hex += Hex.Written(output => inflater.Read(payload, expected == 0x80, output, out _));
            }

            Assert.Equal(Hex.Of(message), hex);
        }
    }

    [Fact]
    [Requirement("WS-9.1-03", "DEF-5-03", "DEF-7-05", "DEF-7.1.1.2-02", "DEF-7.1.2.2-03")]
    public async Task A_client_does_what_was_agreed_on_and_nothing_else()
    {
        (WebSocketConnection plain, RawPeer server) = await ScriptedServer.OpenAsync(Deflating);
        Assert.Null(plain.Deflate);
        await plain.SendAsync("Hello");
        Assert.Equal((0x81, "48656C6C6F"), await FrameAsync(server));

        (WebSocketConnection client, server) = await ScriptedServer.OpenAsync(Deflating, "Sec-WebSocket-Extensions: permessage-deflate; client_no_context_takeover\r\n");
        for (int i = 0; i < 2; i++)
        {
            await client.SendAsync("Hello");
            Assert.Equal((0xC1, Hello), await FrameAsync(server));
        }

        await server.SendHexAsync($"C1 07 {Hello} C1 05 F200110000");
        for (int i = 0; i < 2; i++) Assert.Equal("Hello", (await client.ReceiveAsync())!.Value.GetText());

        foreach (string reply in (string[])["permessage-deflate; foo", "permessage-deflate; client_max_window_bits=10", "permessage-deflate, permessage-deflate"])
        {
            (Task<WebSocketConnection> connecting, server) = ScriptedServer.Begin(Deflating);
            await ScriptedServer.AcceptAsync(server, $"Sec-WebSocket-Extensions: {reply}\r\n");
            await Assert.ThrowsAsync<WebSocketHandshakeException>(() => connecting);
        }
    }

    [Fact]
    [Requirement("DEF-7.2-02", "DEF-7.2-01", "DEF-7.2.2-03", "DEF-6.1-01")]
    public async Task Bombs_and_rubbish_are_refused_and_final_blocks_are_not()
    {
        using var deflater = new MessageDeflater(noContextTakeover: true);
        byte[] bomb = Hex.Bytes(Hex.Written(output => deflater.Write(new byte[20_000_000], true, output)));
        (byte[] Frames, int Code)[] cases =
        [
            (WebSocketFrameModel.Bytes(0xC2, bomb, 0), 1009), (Hex.Bytes("C1 84 00000000 FFFFFFFF"), 1007), (Hex.Bytes("C9 80 00000000"), 1002),
            (Hex.Bytes("41 83 00000000 F248CD C0 84 00000000 C9C90700"), 1002),
        ];
        foreach ((byte[] frames, int code) in cases)
        {
            await using var host = new SocketHost(SocketHost.Echo, Deflating);
            await using RawPeer peer = await host.OpenAsync(Offer);
            await peer.SendAsync(frames);
            await peer.ExpectCloseAsync(code);
            await peer.ExpectEndAsync();
        }

        await using var good = new SocketHost(SocketHost.Echo, Deflating);
        await using RawPeer final = await good.OpenAsync(Offer);
        await final.SendHexAsync($"C1 88 00000000 F348CDC9C9070000 C1 87 00000000 {Hello}");
        await final.ExpectHexAsync($"C1 07 {Hello}");
        Assert.Equal(0xC1, (await final.ReadFrameAsync()).First);
        await final.SendHexAsync("88 80 00000000");
        await final.ExpectHexAsync("88 00");
    }

    [Theory]
    [Requirement("DEF-5-05")]
    [InlineData("permessage-deflate, x-webkit-deflate-frame")]
    [InlineData("x-webkit-deflate-frame, permessage-deflate")]
    [InlineData("permessage-bzip2, permessage-deflate, permessage-deflate; client_no_context_takeover")]
    [InlineData("permessage-deflate\r\nSec-WebSocket-Extensions: deflate-frame")]
    public async Task One_extension_that_claims_RSV1_is_accepted_and_no_other(string offer)
    {
        await using var host = new SocketHost(SocketHost.Echo, new WebSocketOptions { Deflate = DeflatePolicy.Default });
        await using RawPeer peer = host.Connect();
        string head = await peer.OpenAsync($"Sec-WebSocket-Extensions: {offer}\r\n");
        string[] lines = [.. head.Split("\r\n").Where(line => line.StartsWith("Sec-WebSocket-Extensions:", StringComparison.OrdinalIgnoreCase))];
        Assert.Equal(["Sec-WebSocket-Extensions: permessage-deflate"], lines);
    }

    [Fact]
    [Requirement("DEF-7.2-04")]
    public async Task A_small_message_goes_as_it_is_and_a_large_one_compressed()
    {
        await using var host = new SocketHost(SocketHost.Echo, new WebSocketOptions { Deflate = DeflatePolicy.Default, MinCompressBytes = 64 });
        await using RawPeer peer = await host.OpenAsync("Sec-WebSocket-Extensions: permessage-deflate; server_no_context_takeover\r\n");
        foreach ((int length, int first) in ((int, int)[])[(10, 0x81), (63, 0x81), (64, 0xC1), (10 * 1024, 0xC1), (0, 0x81)])
        {
            byte[] text = Encoding.ASCII.GetBytes(new string('x', length));
            await peer.SendFrameAsync(0x81, text);
            (int marked, byte[] payload) = await peer.ReadFrameAsync();
            Assert.Equal(first, marked);
            Assert.Equal(text, (marked & 0x40) == 0 ? payload : Inflated(payload));
        }
    }

    private static async Task<(int, string)> FrameAsync(RawPeer server)
    {
        (int first, byte[] payload) = await server.ReadFrameAsync();
        return (first, Hex.Of(payload));
    }

    // RFC 7692 §7.2.2: the four octets that the sender cut off come back first.
    private static byte[] Inflated(byte[] payload)
    {
        using var deflate = new DeflateStream(new MemoryStream([.. payload, 0x00, 0x00, 0xFF, 0xFF]), CompressionMode.Decompress);
        var plain = new MemoryStream();
        deflate.CopyTo(plain);
        return plain.ToArray();
    }
}
