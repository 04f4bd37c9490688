using System.Net;
using System.Text;
using Minimal.Http.Transports;
using Minimal.Testing;

namespace Minimal.Soak;

/// <summary>A few clients that ask on and on, and how long they wait for answers.</summary>
internal sealed class HonestClients(EndPoint server, Findings findings) : IAsyncDisposable
{
    /// <summary>How many there are.</summary>
    public const int Count = 16;

    private static readonly byte[] Question = Encoding.ASCII.GetBytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly CancellationTokenSource _stop = new();
    private readonly Lock _lock = new();
    private readonly List<double> _milliseconds = [];
    private Task _running = Task.CompletedTask;

    public void Start() => _running = Task.WhenAll(Enumerable.Range(0, Count).Select(_ => Task.Run(AskAsync)));

    /// <summary>How many answers came since the last time, and half and 99 of a hundred within how many milliseconds.</summary>
    public (int Answers, double Half, double Most) Take()
    {
        lock (_lock)
        {
            double[] sorted = [.. _milliseconds.Order()];
            _milliseconds.Clear();
            return sorted is [] ? (0, 0, 0) : (sorted.Length, sorted[sorted.Length / 2], sorted[sorted.Length * 99 / 100]);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running;
        _stop.Dispose();
    }

    private async Task AskAsync()
    {
        try
        {
            await using SocketTransport wire = await SocketTransport.ConnectAsync(server);
            while (!_stop.IsCancellationRequested)
            {
                long asked = TimeProvider.System.GetTimestamp();
                await wire.Output.WriteAsync(Question);
                await ReadAsync(wire);
                lock (_lock) _milliseconds.Add(TimeProvider.System.GetElapsedTime(asked).TotalMilliseconds);
                await Task.Delay(Pause, TimeProvider.System, CancellationToken.None);
            }
        }
        catch (Exception e) when (e is IOException or NoLossException)
        {
            findings.Add($"an honest client was not served: {e.Message}");
        }
    }

    private static async ValueTask ReadAsync(SocketTransport wire)
    {
        var answer = new AnswerReader();
        while (!answer.IsWhole)
        {
            System.IO.Pipelines.ReadResult read = await wire.Input.ReadAsync();
            foreach (ReadOnlyMemory<byte> piece in read.Buffer) answer.Take(piece.Span);
            wire.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) throw new IOException("The connection has ended.");
        }
    }
}
