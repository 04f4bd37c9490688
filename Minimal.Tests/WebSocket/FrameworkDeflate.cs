using System.Net.WebSockets;
using Minimal.Http.Transports;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;
using FrameworkSocket = System.Net.WebSockets.WebSocket;

namespace Minimal.Tests.WebSocket;

/// <summary>
/// The framework's ends against ours under each agreement on permessage-deflate that it can make: messages of many kinds, in fragments of
/// any size, both ways at once.
/// </summary>
public sealed class FrameworkDeflate
{
    private const int Messages = 8;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static readonly WebSocketLimits Lenient = new() { MaxInflateRatio = 2000 };

    /// <summary>Takeover of the client's and the server's context, the client's and the server's window.</summary>
    public static TheoryData<bool, bool, int, int> Agreements
    {
        get
        {
            var all = new TheoryData<bool, bool, int, int>();
            foreach (bool client in (bool[])[true, false])
            {
                foreach (bool server in (bool[])[true, false])
                {
                    foreach (int window in (int[])[9, 12, 15])
                    {
                        all.Add(client, server, window, 15);
                        all.Add(client, server, 15, window);
                    }
                }
            }

            return all;
        }
    }

    [Theory]
    [MemberData(nameof(Agreements))]
    [Requirement("DEF-5-01", "DEF-7-04", "DEF-7.1.1.1-01", "DEF-7.1.2.2-01", "DEF-7.2.1-01", "DEF-7.2.1-04", "DEF-7.2.2-02", "DEF-7.2.2-04", "WS-5.4-06")]
    public async Task Its_client_and_our_server_understand_each_other(bool clientTakeover, bool serverTakeover, int clientWindow, int serverWindow)
    {
        DeflateParameters? agreed = null;
        var options = new WebSocketOptions { Deflate = new DeflatePolicy { ClientMaxWindowBits = clientWindow }, MinCompressBytes = 10, Limits = Lenient };
        await using SocketHost host = SocketHost.OverTcp(
            async socket =>
            {
                agreed = socket.Deflate;
                await SocketHost.Echo(socket);
            },
            options);
        using var client = new ClientWebSocket();
        client.Options.DangerousDeflateOptions = Terms(clientTakeover, serverTakeover, clientWindow, serverWindow);
        await client.ConnectAsync(host.Uri, CancellationToken.None).WaitAsync(Patience);

        var random = new Random(clientWindow * serverWindow);
        byte[][] messages = [.. Enumerable.Range(0, Messages).Select(n => Message(random, n))];
        await Task.WhenAll(SendAllAsync(client, messages, random.Next()), ReceiveAllAsync(client, messages)).WaitAsync(Patience);
        await client.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Patience);
        Assert.Null(await host.HandlerEnd);
        Assert.Equal(serverWindow == 15, agreed is not null);
        if (agreed is null) return;
        Assert.Equal((!serverTakeover, !clientTakeover), (agreed.ServerNoContextTakeover, agreed.ClientNoContextTakeover));
        Assert.Equal(clientWindow == 15 ? null : clientWindow, agreed.ClientMaxWindowBits);
    }

    [Theory]
    [MemberData(nameof(Agreements))]
    [Requirement("DEF-7.1.1.1-02", "DEF-7.1.1.2-02", "DEF-7.1.2.1-02", "DEF-7.2.1-01", "DEF-7.2.1-04", "DEF-7.2.2-02", "WS-5.1-01", "WS-5.4-06")]
    public async Task Our_client_and_its_server_understand_each_other(bool clientTakeover, bool serverTakeover, int clientWindow, int serverWindow)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        (MemoryTransport ours, MemoryTransport theirs) = MemoryTransport.CreatePair(windowBytes: 20_000);
        var options = new WebSocketOptions { Deflate = DeflatePolicy.Default, MinCompressBytes = 10, Limits = Lenient };
        Task<WebSocketConnection> connecting = WebSocketConnection.ConnectAsync(ours, ScriptedServer.Uri, options).AsTask();

        // What a server may add unasked; our window is always the largest, so it must not ask for a smaller one.
        string reply = $"permessage-deflate{(serverTakeover ? "" : "; server_no_context_takeover")}{(clientTakeover ? "" : "; client_no_context_takeover")}; server_max_window_bits={serverWindow}";
        await ScriptedServer.AcceptAsync(new RawPeer(theirs), $"Sec-WebSocket-Extensions: {reply}\r\n");
        using FrameworkSocket server = FrameworkSocket.CreateFromStream(theirs.AsStream(), new WebSocketCreationOptions
        {
            IsServer = true,
            KeepAliveInterval = TimeSpan.Zero,
            DangerousDeflateOptions = Terms(clientTakeover, serverTakeover, 15, serverWindow),
        });
        await using WebSocketConnection client = await connecting;

        var random = new Random(clientWindow + serverWindow);
        byte[][] up = [.. Enumerable.Range(0, Messages).Select(n => Message(random, n))], down = [.. Enumerable.Range(0, Messages).Select(n => Message(random, n))];
        await Task.WhenAll(
            SendAllAsync(client, up, random.Next()),
            ReceiveAllAsync(client, down),
            SendAllAsync(server, down, random.Next()),
            ReceiveAllAsync(server, up)).WaitAsync(Patience);
        Task closing = client.CloseAsync().AsTask();
        Assert.Equal(WebSocketMessageType.Close, (await server.ReceiveAsync(new ArraySegment<byte>(new byte[10]), CancellationToken.None).WaitAsync(Patience)).MessageType);
        await server.CloseAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None).WaitAsync(Patience);
        await closing.WaitAsync(Patience);
        Assert.True(client.WasClean);
    }

    private static WebSocketDeflateOptions Terms(bool clientTakeover, bool serverTakeover, int clientWindow, int serverWindow) => new()
    {
        ClientContextTakeover = clientTakeover,
        ServerContextTakeover = serverTakeover,
        ClientMaxWindowBits = clientWindow,
        ServerMaxWindowBits = serverWindow,
    };

    // Nothing; letters of few kinds, which compress a little; noise, which does not; one letter, which does; the same again, which a context shortens.
    private static byte[] Message(Random random, int n)
    {
        int length = n == 0 ? 0 : random.Next(1, n % 2 == 0 ? 200 : 70_000);
        byte[] message = new byte[length];
        switch (n % 4)
        {
            case 0: random.GetItems("the topic"u8, message); break;
            case 1: random.NextBytes(message); break;
            case 2: message.AsSpan().Fill((byte)'x'); break;
            default: new Random(1).GetItems("aaaabcdefgh"u8, message); break;
        }

        return message;
    }

    private static async Task SendAllAsync(FrameworkSocket socket, byte[][] messages, int seed)
    {
        var random = new Random(seed);
        foreach (byte[] message in messages)
        {
            int at = 0;
            while (random.Next(4) != 0)
            {
                int next = random.Next(at, message.Length + 1);
                await socket.SendAsync(message.AsMemory(at..next), WebSocketMessageType.Binary, false, CancellationToken.None);
                at = next;
            }

            await socket.SendAsync(message.AsMemory(at..), WebSocketMessageType.Binary, true, CancellationToken.None);
        }
    }

    private static async Task ReceiveAllAsync(FrameworkSocket socket, byte[][] messages)
    {
        byte[] buffer = new byte[10_000];
        foreach (byte[] expected in messages)
        {
            var message = new MemoryStream();
            ValueWebSocketReceiveResult result;
            do
            {
                result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close) Assert.Fail($"{socket.CloseStatus} {socket.CloseStatusDescription}");
                message.Write(buffer, 0, result.Count);
            }
            while (!result.EndOfMessage);
            Assert.Equal(Hex.Of(expected), Hex.Of(message.ToArray()));
        }
    }

    private static async Task SendAllAsync(WebSocketConnection socket, byte[][] messages, int seed)
    {
        var random = new Random(seed);
        foreach (byte[] message in messages)
        {
            await using WebSocketMessageWriter writer = socket.BeginMessage(Opcode.Binary);
            int at = 0;
            while (random.Next(4) != 0)
            {
                int next = random.Next(at, message.Length + 1);
                await writer.WriteAsync(message.AsMemory(at..next));
                at = next;
            }

            await writer.CompleteAsync(message.AsMemory(at..));
        }
    }

    private static async Task ReceiveAllAsync(WebSocketConnection socket, byte[][] messages)
    {
        foreach (byte[] expected in messages) Assert.Equal(Hex.Of(expected), Hex.Of((await socket.ReceiveAsync())!.Value.Data.Span));
    }
}
