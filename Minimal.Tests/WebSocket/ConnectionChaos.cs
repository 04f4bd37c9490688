using System.Globalization;
using System.Text;
using FsCheck.Fluent;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>
/// Several writers on both ends send in every manner there is, at once, through windows of any size, until somebody closes: what arrives of
/// a writer is whole and in its order, everybody comes to an end, and the closing handshake is clean.
/// </summary>
public sealed class ConnectionChaos
{
    [Fact]
    [Requirement("WS-5.4-08", "WS-5.1-05", "WS-5.5.1-10", "WS-5.5.1-05")]
    public void Whatever_both_ends_do_at_once_arrives_whole_and_ends() => Properties.Holds(
        Arb.From(Gen.Choose(0, int.MaxValue)), seed => RunAsync(new Random(seed)).WaitAsync(TimeSpan.FromSeconds(60)).GetAwaiter().GetResult(), 100);

    private static async Task RunAsync(Random random)
    {
        var policy = new DeflatePolicy { ServerNoContextTakeover = random.Next(2) == 0, ClientNoContextTakeover = random.Next(2) == 0 };
        var options = new WebSocketOptions
        {
            Deflate = random.Next(2) == 0 ? policy : null,
            MinCompressBytes = 20,
            Limits = new WebSocketLimits { MaxInflateRatio = 2000 },
        };
        int window = new[] { 300, 5000, 70_000, 1 << 20 }[random.Next(4)], one = random.Next(), other = random.Next();
        bool closes = random.Next(2) == 0;
        await using var host = new SocketHost(socket => new ValueTask(TakePartAsync(socket, new Random(one), closes)), options, inline: random.Next(3) == 0, windowBytes: window);
        WebSocketConnection client = await WebSocketConnection.ConnectAsync(host.Connect().Transport, new Uri("ws://a/ws"), options);
        await TakePartAsync(client, new Random(other), true);
        await client.DisposeAsync();
        Assert.Null(await host.HandlerEnd);
        Assert.True(client.WasClean);
    }

    // Writes, receives, and at the end closes, or waits until the other end does.
    private static async Task TakePartAsync(WebSocketConnection socket, Random random, bool closes)
    {
        int[] seeds = [.. Enumerable.Range(0, random.Next(1, 4)).Select(_ => random.Next())];
        Task[] writing = [.. seeds.Select((seed, writer) => Task.Run(() => WriteAsync(socket, writer, new Random(seed))))];
        int closeBehind = closes && random.Next(3) == 0 ? random.Next(1, 10) : int.MaxValue;
        Task receiving = Task.Run(() => ReceiveAsync(socket, closeBehind));
        await Task.WhenAll(writing);
        if (closes) await socket.CloseOutputAsync();
        await receiving;
    }

    private static async Task WriteAsync(WebSocketConnection socket, int writer, Random random)
    {
        try
        {
            for (int i = random.Next(12); i > 0; i--)
            {
                int length = random.Next(4) == 0 ? random.Next(150_000) : random.Next(200);
                byte[] text = Encoding.ASCII.GetBytes($"{writer}:{i}:{new string((char)('a' + writer), length)}");
                await SendAsync(socket, text, random);
                if (random.Next(3) == 0) await Task.Yield();
            }
        }
        catch (WebSocketClosedException)
        {
            // The other end was faster.
        }
    }

    private static async Task SendAsync(WebSocketConnection socket, byte[] text, Random random)
    {
        switch (random.Next(5))
        {
            case 0:
                await socket.SendAsync(Encoding.ASCII.GetString(text));
                break;
            case 1:
                await SendInPartsAsync(socket, text, random);
                break;
            case 2:
                using (var cancel = new CancellationTokenSource())
                {
                    ValueTask sending = socket.SendAsync(text, Opcode.Text, cancel.Token);
                    if (random.Next(3) == 0) await cancel.CancelAsync();
                    await sending.AsTask().ContinueWith(static sent => sent.IsFaulted ? sent : Task.CompletedTask, TaskScheduler.Default).Unwrap();
                }

                break;
            case 3:
                Task<TimeSpan> ping = socket.PingAsync();
                await socket.SendAsync(text, Opcode.Text);
                await socket.FlushAsync();
                await ping;
                break;
            default:
                await socket.SendAsync(text, Opcode.Text, mayCompress: false);
                break;
        }
    }

    private static async Task SendInPartsAsync(WebSocketConnection socket, ReadOnlyMemory<byte> text, Random random)
    {
        await using WebSocketMessageWriter message = socket.BeginMessage(Opcode.Text);
        while (random.Next(4) != 0)
        {
            int length = random.Next(text.Length + 1);
            await message.WriteAsync(text[..length]);
            text = text[length..];
        }

        await message.CompleteAsync(text);
    }

    private static async Task ReceiveAsync(WebSocketConnection socket, int closeBehind)
    {
        int[] last = [.. Enumerable.Repeat(int.MaxValue, 4)];
        for (int received = 1; await socket.ReceiveAsync() is { } message; received++)
        {
            string[] parts = message.GetText().Split(':');
            int writer = int.Parse(parts[0], CultureInfo.InvariantCulture), number = int.Parse(parts[1], CultureInfo.InvariantCulture);
            Assert.InRange(number, 1, last[writer] - 1);
            Assert.Equal(new string((char)('a' + writer), parts[2].Length), parts[2]);
            last[writer] = number;
            if (received == closeBehind) await socket.CloseOutputAsync((CloseCode)4000, "enough");
        }
    }
}
