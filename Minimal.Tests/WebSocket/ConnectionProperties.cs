using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>Both roles joined in memory: whatever is sent, in whatever pieces, through whatever window, comes back.</summary>
public sealed class ConnectionProperties
{
    private static readonly Arbitrary<(byte[][] Messages, int[] Parts, int Window, bool IsDeflate, bool NoTakeover)> Conversations = Arb.From(
        from messages in Gen.Choose(1, 5).SelectMany(count => Gen.ArrayOf(PayloadGen.Compressible, count))
        from parts in Generators.Cuts
        from window in Gen.Elements(200, 5000, 100_000)
        from isDeflate in Gen.Elements(true, false)
        from noTakeover in Gen.Elements(true, false)
        select (messages, parts, window, isDeflate, noTakeover));

    [Fact]
    [Requirement("WS-5.4-06", "WS-6.2-01", "DEF-7.2.2-02")]
    public void What_is_sent_comes_back() => Properties.Holds(
        Conversations,
        given => RunAsync(given.Messages, given.Parts, given.Window, given.IsDeflate, given.NoTakeover).WaitAsync(TimeSpan.FromSeconds(60)).GetAwaiter().GetResult(),
        60);

    [Fact]
    [Requirement("WS-10.1-01", "WS-7.1.7-01")]
    public void Whatever_bytes_come_the_connection_ends_properly_and_the_server_goes_on() => Properties.Holds(
        Arb.From(Generators.NearlyFrames), bytes => AssaultAsync(bytes).WaitAsync(TimeSpan.FromSeconds(60)).GetAwaiter().GetResult(), 150);

    private static async Task RunAsync(byte[][] messages, int[] parts, int window, bool isDeflate, bool noTakeover)
    {
        var policy = new DeflatePolicy { ServerNoContextTakeover = noTakeover, ClientNoContextTakeover = noTakeover };
        var options = new WebSocketOptions { Deflate = isDeflate ? policy : null, MinCompressBytes = 50, Limits = new WebSocketLimits { MaxInflateRatio = 2000, MaxMessageBytes = 1 << 28 } };
        await using var host = new SocketHost(SocketHost.Echo, options, windowBytes: window);
        await using WebSocketConnection client = await WebSocketConnection.ConnectAsync(host.Connect().Transport, new Uri("ws://a/ws"), options);
        Task sending = Task.Run(async () =>
        {
            foreach (byte[] message in messages)
            {
                await client.SendAsync(message, Opcode.Binary);
                await using WebSocketMessageWriter writer = client.BeginMessage(Opcode.Binary);
                foreach (byte[] part in Arrivals.Cut(message, parts).Take(20)) await writer.WriteAsync(part);
                await writer.CompleteAsync();
            }
        });
        foreach (byte[] message in messages)
        {
            Assert.Equal(Hex.Of(message), Hex.Of((await client.ReceiveAsync())!.Value.Data.Span));
            byte[] inParts = [.. Arrivals.Cut(message, parts).Take(20).SelectMany(part => part)];
            Assert.Equal(Hex.Of(inParts), Hex.Of((await client.ReceiveAsync())!.Value.Data.Span));
        }

        await sending;
        await client.CloseAsync();
        Assert.True(client.WasClean);
    }

    private static async Task AssaultAsync(byte[] bytes)
    {
        await using var host = new SocketHost(SocketHost.Echo, new WebSocketOptions { Deflate = DeflatePolicy.Default });
        await using RawPeer peer = await host.OpenAsync("Sec-WebSocket-Extensions: permessage-deflate\r\n");
        Task<string> reading = peer.ReadRestAsync();
        try
        {
            await peer.SendAsync(bytes);
            peer.SendFin();
        }
        catch (IOException)
        {
            // The server has ended by now.
        }

        await reading;
        Exception? end = await host.HandlerEnd;
        if (end is not null) Assert.IsType<WebSocketClosedException>(end);
    }
}
