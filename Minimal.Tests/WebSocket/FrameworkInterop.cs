using System.Net;
using System.Net.WebSockets;
using System.Text;
using Minimal.Http.Transports;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;
using FrameworkSocket = System.Net.WebSockets.WebSocket;

namespace Minimal.Tests.WebSocket;

/// <summary>The framework's client against our server, our client against the framework's server, over TCP and in memory.</summary>
public sealed class FrameworkInterop
{
    private static readonly int[] Sizes = [0, 1, 125, 126, 4096, 65_535, 65_536, 200_000];

    public static TheoryData<bool, bool> Deflations => new() { { false, false }, { true, false }, { true, true } };

    [Theory]
    [MemberData(nameof(Deflations))]
    [Requirement("DEF-5-01", "DEF-7.2.1-01", "DEF-7.2.2-02", "WS-5.2-03")]
    public async Task The_framework_s_client_talks_to_our_server(bool deflates, bool noTakeover)
    {
        var options = new WebSocketOptions { Deflate = deflates ? DeflatePolicy.Default : null, MinCompressBytes = 10, Subprotocols = ["b"] };
        await using SocketHost host = SocketHost.OverTcp(SocketHost.Echo, options);
        using var client = new ClientWebSocket();
        client.Options.AddSubProtocol("a");
        client.Options.AddSubProtocol("b");
        if (deflates) client.Options.DangerousDeflateOptions = new WebSocketDeflateOptions { ClientContextTakeover = !noTakeover, ServerContextTakeover = !noTakeover };
        await client.ConnectAsync(host.Uri, CancellationToken.None);
        Assert.Equal("b", client.SubProtocol);

        foreach (int size in Sizes) await EchoAsync(client, size);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, "über", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal((WebSocketState.Closed, WebSocketCloseStatus.NormalClosure), (client.State, client.CloseStatus));
        Assert.Null(await host.HandlerEnd);
    }

    [Fact]
    [Requirement("WS-7.1.2-01", "WS-7.1.6-01")]
    public async Task The_framework_s_client_understands_our_close()
    {
        await using SocketHost host = SocketHost.OverTcp(async socket => await socket.CloseAsync((CloseCode)4001, "später"));
        using var client = new ClientWebSocket();
        await client.ConnectAsync(host.Uri, CancellationToken.None);
        WebSocketReceiveResult result = await client.ReceiveAsync(new ArraySegment<byte>(new byte[10]), CancellationToken.None);
        Assert.Equal((WebSocketMessageType.Close, (WebSocketCloseStatus)4001, "später"), (result.MessageType, result.CloseStatus!.Value, result.CloseStatusDescription));
        await client.CloseAsync((WebSocketCloseStatus)4001, "", CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Null(await host.HandlerEnd);
    }

    [Theory]
    [MemberData(nameof(Deflations))]
    [Requirement("DEF-5-01", "DEF-7.2.1-01", "WS-5.1-01", "WS-5.2-03")]
    public async Task Our_client_talks_to_the_framework_s_server(bool deflates, bool noTakeover)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        (MemoryTransport ours, MemoryTransport theirs) = MemoryTransport.CreatePair(windowBytes: 1 << 20);
        var policy = new DeflatePolicy { ServerNoContextTakeover = noTakeover, ClientNoContextTakeover = noTakeover };
        Task<WebSocketConnection> connecting = WebSocketConnection.ConnectAsync(
            ours, ScriptedServer.Uri, new WebSocketOptions { Deflate = deflates ? policy : null, MinCompressBytes = 10 }).AsTask();
        var raw = new RawPeer(theirs);
        string takeover = noTakeover ? "; server_no_context_takeover; client_no_context_takeover" : "";
        await ScriptedServer.AcceptAsync(raw, deflates ? $"Sec-WebSocket-Extensions: permessage-deflate{takeover}\r\n" : "");
        using FrameworkSocket server = FrameworkSocket.CreateFromStream(theirs.AsStream(), new WebSocketCreationOptions
        {
            IsServer = true,
            KeepAliveInterval = TimeSpan.Zero,
            DangerousDeflateOptions = deflates ? new WebSocketDeflateOptions { ClientContextTakeover = !noTakeover, ServerContextTakeover = !noTakeover } : null,
        });
        Task serving = EchoAllAsync(server);
        await using WebSocketConnection client = await connecting;
        foreach (int size in Sizes)
        {
            byte[] payload = Payload(size);
            await client.SendAsync(payload, Opcode.Text);
            WebSocketMessage? message = await client.ReceiveAsync();
            Assert.True(message!.Value.IsText);
            Assert.Equal(payload, message.Value.Data.ToArray());
        }

        await client.CloseAsync(CloseCode.Normal, "bye");
        Assert.True(client.WasClean);
        await serving.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal("bye", server.CloseStatusDescription);
    }

    [Fact]
    public async Task A_library_written_for_the_framework_s_type_runs_on_ours()
    {
        await using SocketHost host = SocketHost.OverTcp(
            async socket =>
            {
                using FrameworkSocket framework = socket.AsWebSocket();
                Assert.Equal(WebSocketState.Open, framework.State);
                await EchoAllAsync(framework);
                Assert.Equal((WebSocketState.Closed, WebSocketCloseStatus.NormalClosure, "bye"), (framework.State, framework.CloseStatus!.Value, framework.CloseStatusDescription));
                await Assert.ThrowsAsync<WebSocketException>(() => framework.SendAsync(new byte[1], WebSocketMessageType.Text, true, CancellationToken.None));
            },
            new WebSocketOptions { Subprotocols = ["b"] });
        await using WebSocketConnection client = await WebSocketConnection.ConnectAsync(host.Uri, new WebSocketOptions { Subprotocols = ["b"] });
        FrameworkSocket mine = client.AsWebSocket();
        Assert.Equal("b", mine.SubProtocol);
        foreach (int size in Sizes) await EchoAsync(mine, size);
        await mine.CloseAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        Assert.Equal(WebSocketState.Closed, mine.State);
        Assert.Null(await host.HandlerEnd);
    }

    [Fact]
    [Requirement("WS-7.1.1-01", "WS-5.5.1-08")]
    public async Task A_close_arrives_though_the_framework_s_type_is_disposed_of_right_behind_it()
    {
        await using var host = new SocketHost(async socket =>
        {
            using FrameworkSocket framework = socket.AsWebSocket();
            await framework.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        });
        await using RawPeer peer = host.Connect();
        await peer.OpenAsync();
        await peer.SendHexAsync("81 80 00000000");
        await peer.ExpectHexAsync("88 05 03E8 627965");
        await peer.SendHexAsync("88 82 00000000 03E8");
        await peer.ExpectEndAsync();

        (WebSocketConnection client, RawPeer server) = await ScriptedServer.OpenAsync();
        FrameworkSocket mine = client.AsWebSocket();
        await mine.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "bye", CancellationToken.None);
        mine.Dispose();
        Assert.Equal("03E8627965", Hex.Of((await server.ReadFrameAsync()).Payload));
        await server.SendHexAsync("88 02 03E8");
        server.SendFin();
        await server.ExpectEndAsync();
    }

    [Fact]
    public async Task The_framework_s_type_tells_of_a_peer_that_vanished()
    {
        (WebSocketConnection client, RawPeer server) = await ScriptedServer.OpenAsync();
        using FrameworkSocket framework = client.AsWebSocket();
        server.Transport.Abort();
        var failed = await Assert.ThrowsAsync<WebSocketException>(() => framework.ReceiveAsync(new byte[1].AsMemory(), CancellationToken.None).AsTask());
        Assert.Equal(WebSocketError.ConnectionClosedPrematurely, failed.WebSocketErrorCode);
        Assert.Equal(WebSocketState.Aborted, framework.State);
    }

    private static byte[] Payload(int size)
    {
        var random = new Random(size);
        return [.. Enumerable.Range(0, size).Select(_ => (byte)('a' + random.Next(17)))];
    }

    // In two frames, so that fragments are tried too.
    private static async Task EchoAsync(FrameworkSocket socket, int size)
    {
        byte[] payload = Payload(size);
        Task sending = Task.Run(async () =>
        {
            await socket.SendAsync(payload.AsMemory(0, size / 3), WebSocketMessageType.Text, false, CancellationToken.None);
            await socket.SendAsync(payload.AsMemory(size / 3), WebSocketMessageType.Text, true, CancellationToken.None);
        });
        var received = new MemoryStream();
        byte[] buffer = new byte[10_000];
        ValueWebSocketReceiveResult result;
        do
        {
            result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None).AsTask().WaitAsync(TimeSpan.FromSeconds(30));
            Assert.Equal("Text", result.MessageType == WebSocketMessageType.Close ? $"{socket.CloseStatus} {socket.CloseStatusDescription}" : $"{result.MessageType}");
            received.Write(buffer, 0, result.Count);
        }
        while (!result.EndOfMessage);
        await sending;
        Assert.Equal(Encoding.ASCII.GetString(payload), Encoding.ASCII.GetString(received.ToArray()));
    }

    private static async Task EchoAllAsync(FrameworkSocket socket)
    {
        byte[] buffer = new byte[5000];
        while (true)
        {
            WebSocketReceiveResult result = await socket.ReceiveAsync(new ArraySegment<byte>(buffer), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close)
            {
                await socket.CloseAsync(result.CloseStatus!.Value, result.CloseStatusDescription, CancellationToken.None);
                return;
            }

            await socket.SendAsync(new ArraySegment<byte>(buffer, 0, result.Count), result.MessageType, result.EndOfMessage, CancellationToken.None);
        }
    }
}
