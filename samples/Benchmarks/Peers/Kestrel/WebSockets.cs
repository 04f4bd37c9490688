using System.Buffers;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Http;

namespace Peers.Kestrel;

/// <summary>The framework's WebSocket, as an echo and as a broadcast.</summary>
internal static class WebSockets
{
    private const int BufferBytes = 64 * 1024;

    /// <summary><c>/ws</c>: every message back.</summary>
    public static async Task EchoAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = 426;
            return;
        }

        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        try
        {
            while (await EchoOnceAsync(socket))
            {
            }
        }
        catch (WebSocketException)
        {
            // The client has left without a word.
        }
    }

    /// <summary><c>GET /topic?via=ws</c>: every published message to everybody.</summary>
    public static async Task BroadcastAsync(HttpContext context, Topic topic)
    {
        long after = topic.PlaceOf(context.Request.Query["after"]);
        using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
        CancellationToken aborted = context.RequestAborted;
        try
        {
            while (true)
            {
                Task news = topic.News;
                if (topic.Last <= after) await news.WaitAsync(aborted);
                while (topic.Next(after) is { } message)
                {
                    await socket.SendAsync(message.Json.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, aborted);
                    after = message.Id;
                }
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketException)
        {
            // The client has left.
        }
    }

    private static async Task<bool> EchoOnceAsync(WebSocket socket)
    {
        // Waits without a buffer, so that an idle connection holds none.
        await socket.ReceiveAsync(Memory<byte>.Empty, CancellationToken.None);
        byte[] buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            ValueWebSocketReceiveResult received;
            do
            {
                received = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, null, CancellationToken.None);
                    return false;
                }

                await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
            }
            while (!received.EndOfMessage);
            return true;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
