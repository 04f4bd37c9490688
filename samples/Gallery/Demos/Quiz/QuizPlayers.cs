using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Minimal.Samples;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Demos.Quiz;

/// <summary>Players who are none: thousands of WebSockets in a process of their own, each of which thinks for a while and then answers.</summary>
internal sealed class QuizPlayers
{
    private const int ConnectAtOnce = 64, OtherFiles = 100;
    private static readonly TimeSpan Quickest = TimeSpan.FromSeconds(0.3), Slowest = TimeSpan.FromSeconds(5);

    // The server pings; twice as many pings would prove nothing more. And all come from one address, on purpose.
    private static readonly WebSocketOptions Terms = new() { PingInterval = Timeout.InfiniteTimeSpan, ConnectAtOnce = true, ConnectTimeout = TimeSpan.FromSeconds(30) };

    private readonly Uri _url;
    private readonly int _count;
    private readonly Lock _lock = new();
    private int _playing, _answered, _reached, _n;
    private long _firstReached, _lastReached;
    private string? _lastFailure;

    private QuizPlayers(Uri url, int count) => (_url, _count) = (url, count);

    private static TimeProvider Time => TimeProvider.System;

    /// <summary>Reads <c>--players N</c> and <c>--url URL</c>, and plays until a signal comes or nobody is left.</summary>
    /// <returns>The exit code: 0 after a signal, 1 when not all could play, 2 for wrong arguments.</returns>
    public static async Task<int> RunAsync(string[] arguments)
    {
        if (!TryRead(arguments, out QuizPlayers? players))
        {
            await Console.Error.WriteLineAsync("--players wants a number from 1 to 60000, and --url where the Gallery is: http://localhost:8080");
            return 2;
        }

        if (OpenFiles.Limit is { } limit && limit < players._count + OtherFiles)
        {
            await Console.Error.WriteLineAsync($"{players._count} players need {players._count + OtherFiles} open files, and this process may have {limit}. Say ulimit -n {2 * players._count} first, here and where the Gallery runs, or take fewer players.");
            return 1;
        }

        using var signals = new StopSignals();
        return await players.PlayAsync(signals.Stopping);
    }

    private static bool TryRead(string[] arguments, [NotNullWhen(true)] out QuizPlayers? players)
    {
        players = null;
        string gallery = "http://localhost:8080";
        int count = 0;
        for (int i = 0; i < arguments.Length; i += 2)
        {
            string? value = i + 1 < arguments.Length ? arguments[i + 1] : null;
            if (arguments[i] == "--players" && int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out count)) continue;
            if (arguments[i] != "--url" || value is null) return false;
            gallery = value;
        }

        if (count is < 1 or > 60_000 || !Uri.TryCreate(gallery, UriKind.Absolute, out Uri? uri) || uri.Scheme is not ("http" or "https")) return false;
        players = new QuizPlayers(new UriBuilder(uri) { Scheme = uri.Scheme == "https" ? "wss" : "ws", Path = "/demo/quiz/play" }.Uri, count);
        return true;
    }

    private async Task<int> PlayAsync(Task stopping)
    {
        Console.WriteLine($"{_count} players go to {_url}; Ctrl+C takes them away.");
        using var stop = new CancellationTokenSource();
        Task everybody = Parallel.ForAsync(0, _count, new ParallelOptions { MaxDegreeOfParallelism = ConnectAtOnce, CancellationToken = stop.Token }, JoinAsync);
        using var second = new PeriodicTimer(TimeSpan.FromSeconds(1), Time);
        string? said = null;
        bool isOver = false;
        while (!isOver && await second.WaitForNextTickAsync())
        {
            string now = Progress();
            if (now != said) Console.WriteLine(said = now);
            isOver = stopping.IsCompleted || (everybody.IsCompleted && Volatile.Read(ref _playing) == 0);
        }

        await stop.CancelAsync();
        await everybody.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (stopping.IsCompleted) return 0;
        Console.WriteLine($"Nobody is left. {_lastFailure}");
        return 1;
    }

    private string Progress()
    {
        lock (_lock)
        {
            string players = $"players {_playing}/{_count}";
            if (_lastFailure is not null) players += $" ({_lastFailure})";
            return _n == 0 ? players : $"{players} · question {_n} reached {_reached} within {Time.GetElapsedTime(_firstReached, _lastReached).TotalMilliseconds:F0} ms · {_answered} answered";
        }
    }

    private async ValueTask JoinAsync(int number, CancellationToken stop)
    {
        try
        {
            WebSocketConnection connection = await WebSocketConnection.ConnectAsync(_url, Terms, stop);
            _ = PlayAsync(connection);
        }
        catch (Exception e) when (e is IOException or SocketException or TimeoutException or WebSocketHandshakeException)
        {
            bool isShort = e is SocketException { SocketErrorCode: SocketError.TooManyOpenSockets };
            lock (_lock) _lastFailure = isShort ? "too few open files are allowed: see ulimit -n" : e.Message;
        }
    }

    private async Task PlayAsync(WebSocketConnection connection)
    {
        Interlocked.Increment(ref _playing);
        try
        {
            while (await connection.ReceiveAsync() is { } message)
            {
                if (JsonSerializer.Deserialize(message.Data.Span, QuizJson.Default.Heard) is not { Type: "question", Answers: { } answers } heard) continue;
                Reach(heard.N);

                // Many are quick and some are slow; many know better, or think so.
                double slow = Random.Shared.NextDouble();
                await Task.Delay(Quickest + ((Slowest - Quickest) * slow * slow), Time);
                int answer = Random.Shared.Next(2) == 0 ? heard.N % answers.Length : Random.Shared.Next(answers.Length);
                await connection.SendAsync(JsonSerializer.SerializeToUtf8Bytes(new Reply(heard.N, answer), QuizJson.Default.Reply), Opcode.Text);
                Interlocked.Increment(ref _answered);
            }
        }
        catch (WebSocketClosedException e)
        {
            lock (_lock) _lastFailure = e.Message;
        }
        finally
        {
            Interlocked.Decrement(ref _playing);
            await connection.DisposeAsync();
        }
    }

    private void Reach(int n)
    {
        lock (_lock)
        {
            _lastReached = Time.GetTimestamp();
            if (n != _n) (_n, _reached, _answered, _firstReached) = (n, 0, 0, _lastReached);
            _reached++;
        }
    }
}
