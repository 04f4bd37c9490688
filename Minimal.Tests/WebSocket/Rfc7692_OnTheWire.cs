using System.IO.Compression;
using System.Text;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>permessage-deflate on a connection: what is agreed on, and which messages are compressed (RFC 7692 §5, §6).</summary>
public sealed class Rfc7692_OnTheWire
{
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

    // RFC 7692 §7.2.2: the four octets that the sender cut off come back first.
    private static byte[] Inflated(byte[] payload)
    {
        using var deflate = new DeflateStream(new MemoryStream([.. payload, 0x00, 0x00, 0xFF, 0xFF]), CompressionMode.Decompress);
        var plain = new MemoryStream();
        deflate.CopyTo(plain);
        return plain.ToArray();
    }
}
