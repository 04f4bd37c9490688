using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;

namespace Minimal.WireTool.Commands;

/// <summary><c>wire proxy</c>: stands between a client and a server, and shows what passes.</summary>
internal static class Proxy
{
    public static Command Command { get; } = new("proxy", "LISTEN TARGET", "stands between any client and any server, and shows what passes", """
        Listens, connects each client to the target, and relays bytes both ways, as they are; only the eyes of this program understand them.
        What passes is printed live, annotated, with the number of the connection in front. A half-close and a reset are passed on, and who
        reads slowly is waited for.

          wire proxy 9000 localhost:8080                    then open http://localhost:9000
          wire proxy 9000 example.org:80 --sentences        each span with what it is for
          wire proxy 0.0.0.0:9000 localhost:8080            for clients on other machines
          wire proxy 9000 localhost:8080 --save a.wire      keeps it; see also wire explain, replay and to-test

          --save FILE     writes a recording (docs/wire-format.md). Cookies and passwords are in it
          --sentences     adds one sentence to each span: what it is for
          --zh            the same in Chinese
          --quiet         prints only that connections come and go

        The Host that clients send stays as it is: some servers want their own name there (curl -H 'Host: example.org' localhost:9000).
        Ctrl+C ends it.

        Exit codes: 0 it was stopped; 2 the arguments are wrong; 3 it cannot listen, or cannot write the file.
        """, RunAsync)
    { Flags = [.. Listing.Flags, "--quiet"], Values = ["--save"] };

    private static async Task<int> RunAsync(CommandLine line, WireConsole console)
    {
        Remote listen = Remote.ParseListen(line[0]), target = Remote.Parse(line[1]);
        await using StreamWriter? file = OpenFile(line.Value("--save"));
        var recorder = new Recorder(file, console.Time);
        var run = new ProxyRun(target, Listing.Of(line, console), recorder, line.Has("--quiet"));

        IPEndPoint[] places = await listen.ResolveAsync();
        SocketListener[] listeners = [.. places.Select(place => new SocketListener(place, console.Time))];
        try
        {
            foreach (SocketListener listener in listeners)
            {
                await console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Listening on {listener.Bind()}, relaying to {target.Authority}"));
            }

            using var stop = new CancellationTokenSource();
            Task[] running = [.. listeners.Select(listener => listener.RunAsync(run.ServeAsync, stop.Token))];
            await Task.WhenAny(console.Stopping, recorder.Failed);
            await stop.CancelAsync();
            run.AbortAll();
            await Task.WhenAll(running);
            await run.AllEnded();
        }
        finally
        {
            foreach (SocketListener listener in listeners) await listener.DisposeAsync();
        }

        return recorder.Failure is { } failure ? throw new ToolException(ExitCode.Impossible, failure) : ExitCode.Fine;
    }

    private static StreamWriter? OpenFile(string? path)
    {
        try
        {
            return path is null ? null : new StreamWriter(path, false, new UTF8Encoding(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Impossible, $"{path} cannot be written");
        }
    }
}

/// <summary>The connections of a proxy.</summary>
internal sealed class ProxyRun(Remote target, Listing listing, Recorder recorder, bool isQuiet)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<int, ProxyConnection> _open = [];
    private readonly TaskCompletionSource _ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _last;
    private bool _isStopping;

    /// <summary>Serves one client until both sides have ended.</summary>
    public async Task ServeAsync(Transport client)
    {
        int number = Interlocked.Increment(ref _last);
        var connection = new ProxyConnection(number, client, listing, recorder, isQuiet);
        lock (_lock)
        {
            _open.Add(number, connection);
            if (_isStopping) connection.Abort();
        }

        await connection.RunAsync(target.Authority, async cancellation => await target.ConnectAsync(cancellation));
        lock (_lock)
        {
            _open.Remove(number);
            if (_isStopping && _open.Count == 0) _ended.TrySetResult();
        }
    }

    /// <summary>Breaks off what is open.</summary>
    public void AbortAll()
    {
        lock (_lock)
        {
            _isStopping = true;
            foreach (ProxyConnection connection in _open.Values) connection.Abort();
            if (_open.Count == 0) _ended.TrySetResult();
        }
    }

    /// <summary>Ends when no connection is left behind <see cref="AbortAll"/>.</summary>
    public Task AllEnded() => _ended.Task;
}

/// <summary>One client, its server, and the two directions between them.</summary>
internal sealed class ProxyConnection
{
    private readonly int _number;
    private readonly Transport _client;
    private readonly Listing _listing;
    private readonly Recorder _recorder;
    private readonly string _label;
    private readonly bool _isQuiet;
    private readonly WireReader _reader;
    private readonly Lock _lock = new();
    private readonly CancellationTokenSource _abort = new();
    private Transport? _server;

    public ProxyConnection(int number, Transport client, Listing listing, Recorder recorder, bool isQuiet)
    {
        (_number, _client, _listing, _recorder, _isQuiet) = (number, client, listing, recorder, isQuiet);
        _label = string.Create(CultureInfo.InvariantCulture, $"#{number} ");
        _reader = new WireReader(span => _listing.Add(_label, span), Listing.Reading);
    }

    /// <summary>Ends both sides at once.</summary>
    public void Abort()
    {
        _abort.Cancel();
        _client.Abort();
        lock (_lock) _server?.Abort();
    }

    /// <summary>Connects to the server and relays until both directions have ended.</summary>
    /// <param name="name">What the server is called.</param>
    /// <param name="connect">Makes the connection to it.</param>
    public async Task RunAsync(string name, Func<CancellationToken, Task<Transport>> connect)
    {
        string addresses = $"{_client.RemoteEndPoint} -> {name}";
        Tell(WireFileEventKind.Open, default, $"open {addresses}", addresses);
        string end = "closed";
        try
        {
            Transport server = await connect(_abort.Token);
            lock (_lock) _server = server;
            if (_abort.IsCancellationRequested) server.Abort();
            await Task.WhenAll(RelayAsync(_client, server, WireDirection.FromClient), RelayAsync(server, _client, WireDirection.FromServer));
        }
        catch (Exception e) when (e is ToolException or OperationCanceledException)
        {
            // The client learns it as it would from a server that is not there.
            end = e is ToolException ? e.Message : "stopped";
            _client.Abort();
        }

        await _client.DisposeAsync();
        if (_server is not null) await _server.DisposeAsync();
        Tell(WireFileEventKind.Close, default, end, end == "closed" ? "" : end);
        _abort.Dispose();
    }

    // What is read is written before the next is read: who reads slowly slows the sender down, and nothing piles up here.
    private async Task RelayAsync(Transport from, Transport to, WireDirection direction)
    {
        try
        {
            while (true)
            {
                ReadResult read = await from.Input.ReadAsync();
                foreach (ReadOnlyMemory<byte> segment in read.Buffer) See(direction, segment);
                foreach (ReadOnlyMemory<byte> segment in read.Buffer) await to.Output.WriteAsync(segment);
                from.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) break;
            }

            Tell(WireFileEventKind.End, direction, $"{WireText.Mark(direction)} end");
            await to.Output.CompleteAsync();
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // Either side may be the one that broke off: both are ended, and each sees a reset as if there were nobody in between.
            Tell(WireFileEventKind.Reset, direction, $"{WireText.Mark(direction)} reset");
            from.Abort();
            to.Abort();
        }
    }

    private void See(WireDirection direction, ReadOnlyMemory<byte> bytes)
    {
        if (bytes.IsEmpty) return;
        _recorder.Add(_number, WireFileEventKind.Bytes, direction, bytes);
        if (_isQuiet) return;
        lock (_lock) _reader.Read(direction, bytes.Span);
    }

    private void Tell(WireFileEventKind kind, WireDirection direction, string text, string note = "")
    {
        if (!_recorder.Add(_number, kind, direction, default, note)) return;
        if (kind is WireFileEventKind.End && !_isQuiet)
        {
            lock (_lock) _reader.End(direction);
        }

        _listing.Note(_label, text);
    }
}
