using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Minimal.Http.Transports;

namespace Minimal.WireTool.Checks;

/// <summary>One connection to a server: bytes go out as they are, and what comes back is kept, for as long as somebody waits for it.</summary>
internal sealed class CheckConversation : IAsyncDisposable
{
    private readonly SocketTransport _transport;
    private readonly CancellationTokenSource _patience;
    private readonly int _most;
    private readonly StringBuilder _received = new();

    private CheckConversation(SocketTransport transport, CancellationTokenSource patience, int most) => (_transport, _patience, _most) = (transport, patience, most);

    /// <summary>What came, one Latin-1 character for each byte.</summary>
    public string Text => _received.ToString();

    /// <summary>Whether the server closed.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether it did so by a reset.</summary>
    public bool IsReset { get; private set; }

    /// <summary>Connects.</summary>
    /// <param name="server">Where.</param>
    /// <param name="patience">How long the whole conversation may take.</param>
    /// <param name="time">The clock.</param>
    /// <param name="most">How much of the answer is kept.</param>
    public static async Task<CheckConversation> OpenAsync(Remote server, TimeSpan patience, TimeProvider time, int most)
    {
        SocketTransport transport = await server.ConnectAsync(patience, time);
        return new CheckConversation(transport, new CancellationTokenSource(patience, time), most);
    }

    /// <summary>Sends bytes, and reads until what came is enough, the server closes, or the time is up.</summary>
    public async Task SendAsync(byte[] bytes, Func<string, bool> isEnough)
    {
        // Both at once: a server that refuses early does not read the rest.
        Task sending = SendAsync(bytes);
        await ReceiveAsync(isEnough);
        if (IsEnded || _patience.IsCancellationRequested) _transport.Abort();
        await sending;
    }

    public async ValueTask DisposeAsync()
    {
        _transport.Abort();
        await _transport.DisposeAsync();
        _patience.Dispose();
    }

    private async Task SendAsync(byte[] bytes)
    {
        try
        {
            await _transport.Output.WriteAsync(bytes, _patience.Token);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException)
        {
            // The other half knows.
        }
    }

    private async Task ReceiveAsync(Func<string, bool> isEnough)
    {
        try
        {
            while (!IsEnded && _received.Length < _most && !isEnough(Text))
            {
                ReadResult read = await _transport.Input.ReadAsync(_patience.Token);
                _received.Append(Encoding.Latin1.GetString(read.Buffer.ToArray()));
                _transport.Input.AdvanceTo(read.Buffer.End);
                IsEnded = read.IsCompleted;
            }
        }
        catch (IOException)
        {
            (IsEnded, IsReset) = (true, true);
        }
        catch (OperationCanceledException)
        {
            // Nothing more came in time.
        }
    }
}
