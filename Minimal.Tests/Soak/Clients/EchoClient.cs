using Minimal.Http.Transports;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Soak;

/// <summary>Sends messages over WebSocket, compressed or not, several at a time, and expects each back.</summary>
internal sealed class EchoClient(SoakRun run, int number) : SoakClient(run, number)
{
    public override string Kind => "echo";

    protected override async Task LiveAsync(Transport wire)
    {
        var options = WebSocketOptions.Default with { Deflate = Number % 2 == 0 ? DeflatePolicy.Default : null, CloseTimeout = TimeSpan.FromSeconds(2) };
        await using WebSocketConnection socket = await WithinPatienceAsync(wire, WebSocketConnection.ConnectAsync(wire, new Uri("ws://a/ws"), options, Run.Stop).AsTask());
        for (int turn = Random.Next(1, 30); turn > 0 && !Run.Stop.IsCancellationRequested; turn--)
        {
            if (!await EchoAsync(wire, socket)) return;
            await PauseAsync();
        }

        await WithinPatienceAsync(wire, CloseAsync(socket));
    }

    private static async Task<bool> CloseAsync(WebSocketConnection socket)
    {
        await socket.CloseAsync();
        return true;
    }

    private async Task<bool> EchoAsync(Transport wire, WebSocketConnection socket)
    {
        byte[][] sent = [.. Enumerable.Range(0, Random.Next(1, 4)).Select(_ => Bytes())];
        Task sending = SendAsync(socket, sent);
        try
        {
            foreach (byte[] expected in sent)
            {
                if (await WithinPatienceAsync(wire, socket.ReceiveAsync().AsTask()) is not { } back) return false;
                Run.CountOperation();
                if (!back.Data.Span.SequenceEqual(expected)) Run.Findings.Add($"echo {Number} sent {expected.Length} bytes and got {back.Data.Length} others");
            }

            return true;
        }
        finally
        {
            await sending;
        }
    }

    private static async Task SendAsync(WebSocketConnection socket, byte[][] messages)
    {
        foreach (byte[] message in messages) await socket.SendAsync(message, Opcode.Binary);
    }

    private byte[] Bytes()
    {
        byte[] bytes = new byte[Random.Next(Random.Next(10) == 0 ? 30_000 : 300)];
        Random.NextBytes(bytes.AsSpan(0, bytes.Length / 2));
        return bytes;
    }
}
