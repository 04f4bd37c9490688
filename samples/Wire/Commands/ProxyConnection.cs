using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;

namespace Minimal.WireTool.Commands;

/// <summary>One client, its server, and the two directions between them.</summary>
internal sealed class ProxyConnection : IDisposable
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
    }

    public void Dispose() => _abort.Dispose();

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
