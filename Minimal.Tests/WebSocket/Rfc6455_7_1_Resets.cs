using System.Net;
using Minimal.Http.Transports;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>A connection that is closed on unread input is reset, and a reset may take with it what was sent before. So who refuses reads on (RFC 6455 §7.1.1).</summary>
public sealed class Rfc6455_7_1_Resets
{
    [Fact]
    [Requirement("WS-7.1.1-01", "WS-7.1.7-01", "WS-7.1.7-02")]
    public async Task A_server_that_refuses_takes_what_still_comes_and_its_close_arrives()
    {
        await using SocketHost host = SocketHost.OverTcp(SocketHost.Echo);
        await using RawPeer peer = new(await SocketTransport.ConnectAsync(new IPEndPoint(IPAddress.Loopback, host.Uri.Port)));
        await peer.OpenAsync();
        byte[] behind = new byte[100_000];
        await peer.SendAsync((byte[])[.. Hex.Bytes("83 80 00000000"), .. behind]);
        Assert.Equal(CloseCode.ProtocolError, Assert.IsType<WebSocketClosedException>(await host.HandlerEnd).Code);
        await peer.SendAsync(behind);
        await peer.ExpectCloseAsync(1002);
        await peer.ExpectEndAsync();
    }

    [Fact]
    [Requirement("WS-7.1.1-01", "WS-7.1.7-01", "WS-5.1-04")]
    public async Task A_client_that_refuses_takes_what_still_comes_and_its_close_arrives()
    {
        (WebSocketConnection client, RawPeer server) = await ScriptedServer.OpenAsync();
        await server.SendHexAsync("81 82 00000000 6869 81 02 6869");
        await Assert.ThrowsAsync<WebSocketClosedException>(() => client.ReceiveAsync().AsTask());
        Task ending = client.DisposeAsync().AsTask();
        await server.SendAsync(new byte[10_000]);
        await server.ExpectCloseAsync(1002);
        await server.ExpectEndAsync();
        await server.SendAsync(new byte[10_000]);
        Assert.False(ending.IsCompleted);
        server.SendFin();
        await ending.WaitAsync(TimeSpan.FromSeconds(30));
    }
}
