using Minimal.Http.Topics;
using Minimal.Http.Transports;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Soak;

/// <summary>Follows a topic by WebSocket, with our own client, which answers pings.</summary>
internal sealed class SocketTopicReader(SoakRun run, int number) : TopicReader(run, number, 0)
{
    public override string Kind => "ws";

    protected override async Task LiveAsync(Transport wire)
    {
        var options = WebSocketOptions.Default with { Deflate = Number % 2 == 0 ? DeflatePolicy.Default : null, CloseTimeout = TimeSpan.FromSeconds(2) };
        var uri = new Uri($"ws://a{Target}?after={Client.Cursor}");
        await using WebSocketConnection socket = await WithinPatienceAsync(wire, WebSocketConnection.ConnectAsync(wire, uri, options, Run.Stop).AsTask());
        while (await WithinPatienceAsync(wire, socket.ReceiveAsync().AsTask()) is { } message)
        {
            Cursor before = Client.Cursor;
            NoLossRecord.Tell(Client, message.GetText());
            CountMessages(before);
            Run.CountOperation();
            if (Random.Next(500) == 0) return;
        }
    }
}
