using System.Globalization;
using System.Net;
using System.Threading.Channels;
using Minimal.Http.Transports;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>The server's end of a client's connection, played by a test.</summary>
internal static class ScriptedServer
{
    public static readonly Uri Uri = new("ws://example.org/chat?room=1");

    /// <summary>A client that connects in memory, and the other end.</summary>
    public static (Task<WebSocketConnection> Client, RawPeer Server) Begin(
        WebSocketOptions? options = null, int windowBytes = 64 * 1024, CancellationToken cancellation = default)
    {
        SynchronizationContext.SetSynchronizationContext(null);
        (MemoryTransport client, MemoryTransport server) = MemoryTransport.CreatePair(System.IO.Pipelines.PipeScheduler.Inline, windowBytes);
        return (WebSocketConnection.ConnectAsync(client, Uri, options, cancellation).AsTask(), new RawPeer(server));
    }

    /// <summary>A client whose handshake was accepted.</summary>
    public static async Task<(WebSocketConnection Client, RawPeer Server)> OpenAsync(WebSocketOptions? options = null, string fields = "", string frames = "", int windowBytes = 64 * 1024)
    {
        (Task<WebSocketConnection> connecting, RawPeer server) = Begin(options, windowBytes: windowBytes);
        await AcceptAsync(server, fields, frames);
        return (await connecting, server);
    }

    /// <summary>Accepts, with further fields; frames come right behind the head.</summary>
    public static async Task<string> AcceptAsync(RawPeer server, string fields = "", string frames = "")
    {
        string request = await server.ReadHeadAsync();
        byte[] head = System.Text.Encoding.ASCII.GetBytes(Reply(request, fields));
        await server.TrySendAsync((byte[])[.. head, .. Hex.Bytes(frames)]);
        return request;
    }

    public static string Reply(string request, string fields = "") =>
        $"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {HandshakeKey.Accept(KeyOf(request))}\r\n{fields}\r\n";

    public static string KeyOf(string request) => request.Split("Sec-WebSocket-Key: ")[1].Split("\r\n")[0];

    /// <summary>Raw connections over TCP, as they come.</summary>
    public static async Task<(Uri Uri, ChannelReader<RawPeer> Connections)> ListenAsync(CancellationToken stop)
    {
        var listener = new SocketListener(new IPEndPoint(IPAddress.Loopback, 0));
        var endPoint = (IPEndPoint)listener.Bind();
        var connections = Channel.CreateUnbounded<RawPeer>();
        _ = listener.RunAsync(
            async transport =>
            {
                await connections.Writer.WriteAsync(new RawPeer(transport), CancellationToken.None);
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                await transport.DisposeAsync();
            },
            stop);
        await Task.Yield();
        return (new Uri(string.Create(CultureInfo.InvariantCulture, $"ws://127.0.0.1:{endPoint.Port}/")), connections.Reader);
    }
}
