using System.Globalization;
using Minimal.WebSocket;

namespace Exercises.Solutions;

/// <summary>Exercise 8: the one who receives goes on receiving, for the Pong comes that way.</summary>
internal static class LatencyMeter
{
    public static async ValueTask RunAsync(WebSocketConnection socket)
    {
        var under = new List<Task>();
        while (await socket.ReceiveAsync() is not null)
        {
            under.RemoveAll(task => task.IsCompleted);
            under.Add(AnswerAsync(socket));
        }

        // The peer has closed: no Pong will come, and PingAsync says so. Nobody uses the socket when the handler has ended.
        await Task.WhenAll(under);
    }

    private static async Task AnswerAsync(WebSocketConnection socket)
    {
        try
        {
            TimeSpan took = await socket.PingAsync();
            await socket.SendAsync(string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0} ms"));
        }
        catch (WebSocketClosedException)
        {
            // Nobody is there to be told.
        }
    }
}
