using System.Net;
using Minimal.Gallery.Demos.Whiteboard;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class WhiteboardDemoTests
{
    private static readonly WebSocketOptions Raw = new() { Subprotocols = [TopicWebSocketOptions.RawProtocol] };
    private static readonly byte[] Stroke = [0xFE, 1, 2, 5, 0, 0, 0, 0, 0x20, 0x20, 0x20, 0x20], Wipe = [0xFE, 2];

    [Fact]
    public async Task Who_draws_and_who_looks_get_the_same_bytes_in_the_same_order()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new WhiteboardDemo().Routes);
        await using WebSocketConnection one = await ConnectAsync(server), two = await ConnectAsync(server);
        await one.SendAsync(Stroke, Opcode.Binary);
        Assert.Equal(Stroke, await NextAsync(two));
        await two.SendAsync(Wipe, Opcode.Binary);
        Assert.Equal(Wipe, await NextAsync(two));
        Assert.Equal(Stroke, await NextAsync(one));
        Assert.Equal(Wipe, await NextAsync(one));
    }

    [Fact]
    public async Task Who_comes_late_gets_all_that_was_drawn()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new WhiteboardDemo().Routes);
        await using WebSocketConnection artist = await ConnectAsync(server);
        for (byte i = 0; i < 100; i++) await artist.SendAsync((byte[])[0xFE, 1, i, 1, 0, 0, 0, 0], Opcode.Binary);
        for (byte i = 0; i < 100; i++) Assert.Equal(i, (await NextAsync(artist))[2]);

        await using WebSocketConnection late = await ConnectAsync(server);
        for (byte i = 0; i < 100; i++) Assert.Equal(i, (await NextAsync(late))[2]);
    }

    [Fact]
    public async Task A_piece_is_bounded()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(new WhiteboardDemo().Routes);
        await using WebSocketConnection artist = await ConnectAsync(server);
        await artist.SendAsync(new byte[1025], Opcode.Binary);
        Assert.Null(await artist.ReceiveAsync());
        Assert.Equal(CloseCode.TooBig, artist.CloseCode);
    }

    [Theory]
    [InlineData("http://elsewhere", HttpStatusCode.Forbidden)]
    [InlineData(null, HttpStatusCode.Created)]
    public async Task Forms_of_other_sites_do_not_draw(string? origin, HttpStatusCode status)
    {
        await using DemoServer server = await DemoServer.StartAsync(new WhiteboardDemo().Routes);
        using HttpResponseMessage response = await server.PostAsync("/strokes", "x", "text/plain", origin);
        Assert.Equal(status, response.StatusCode);
    }

    private static async Task<WebSocketConnection> ConnectAsync(MemoryServer server) =>
        await WebSocketConnection.ConnectAsync(server.Connect(), new Uri("ws://a/strokes"), Raw);

    private static async Task<byte[]> NextAsync(WebSocketConnection connection)
    {
        WebSocketMessage message = await connection.ReceiveAsync() ?? throw new InvalidOperationException("The connection was closed.");
        Assert.Equal(Opcode.Binary, message.Opcode);
        return message.Data.ToArray();
    }
}
