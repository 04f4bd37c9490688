using System.Globalization;
using Minimal.WebSocket;

namespace Exercises.Latency;

/// <summary>Whatever the client says, it is told how long a ping to it takes.</summary>
internal static class LatencyMeter
{
    public static async ValueTask RunAsync(WebSocketConnection socket)
    {
        while (await socket.ReceiveAsync() is not null)
        {
            TimeSpan took = await socket.PingAsync();
            await socket.SendAsync(string.Create(CultureInfo.InvariantCulture, $"{took.TotalMilliseconds:0} ms"));
        }
    }
}
