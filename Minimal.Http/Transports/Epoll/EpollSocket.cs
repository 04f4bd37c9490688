using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Minimal.Http.Transports.Epoll;

/// <summary>
/// A descriptor of a connected socket, told of by an event loop. It counts who uses it, as every safe handle does: its number is not given to
/// another connection while a call is under way.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class EpollSocket : SafeHandle, IStreamSocket
{
    // Nothing new; news that nobody has looked at; somebody waits for news.
    private const int Quiet = 0, News = 1, Armed = 2;

    private readonly EpollLoop _loop;
    private readonly PeerAddress _remote;
    private SocketPipeReader? _reader;
    private TaskCompletionSource? _room;
    private volatile Exception? _error;
    private volatile bool _hasEnded;
    private IPEndPoint? _local;
    private int _state;

    /// <summary>Takes a descriptor over that does not block.</summary>
    public EpollSocket(int descriptor, PeerAddress remote, EpollLoop loop)
        : base(invalidHandleValue: -1, ownsHandle: true)
    {
        SetHandle(descriptor);
        _remote = remote;
        _loop = loop;
    }

    public override bool IsInvalid => handle < 0;

    /// <summary>The descriptor's number, for the loop that tells of it.</summary>
    public int Descriptor => (int)handle;

    /// <summary>Tells it from others of its loop that have had the same descriptor.</summary>
    public uint Number { get; set; }

    public EndPoint? RemoteEndPoint => _remote.ToEndPoint();

    // Asked of the system only when somebody wants to know, and then the connection may be over.
    public EndPoint? LocalEndPoint => _local ??= FindLocal();

    public Exception? Error => _error;

    public void SetReader(SocketPipeReader reader) => _reader = reader;

    public bool TryArm()
    {
        if (_hasEnded || _error is not null) return false;
        if (Interlocked.CompareExchange(ref _state, Armed, Quiet) != News) return true;
        TakeNews();
        return false;
    }

    public int Receive(Span<byte> buffer, out SocketError error)
    {
        // Who receives looks at all the news that there is by now; what comes later is told again (epoll(7), EPOLLET).
        TakeNews();
        int received;
        do received = (int)LibC.Receive(this, ref MemoryMarshal.GetReference(buffer), buffer.Length, 0);
        while (IsFailure(received, out error) && error == SocketError.Interrupted);
        return Math.Max(0, received);
    }

    public int Send(ReadOnlySpan<byte> bytes, out SocketError error)
    {
        int sent;
        do sent = (int)LibC.Send(this, ref MemoryMarshal.GetReference(bytes), bytes.Length, LibC.NoSignal);
        while (IsFailure(sent, out error) && error == SocketError.Interrupted);
        return Math.Max(0, sent);
    }

    public async ValueTask<int> SendAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellation)
    {
        while (true)
        {
            // First we wait and then we look: room that comes in between is not missed.
            var room = new TaskCompletionSource();
            Interlocked.Exchange(ref _room, room);
            int sent = Send(bytes.Span, out SocketError error);
            if (error == SocketError.Success) return sent;
            if (error != SocketError.WouldBlock) throw new SocketException((int)error);
            if (_error is null) await room.Task.WaitAsync(cancellation).ConfigureAwait(false);
        }
    }

    public void Shutdown()
    {
        const int Send = 1;
        _ = TryCall(static socket => LibC.Shutdown(socket, Send));
    }

    public void SetReset() => _ = TryCall(static socket =>
    {
        // struct linger { int on = 1; int seconds = 0; }
        Span<byte> linger = stackalloc byte[8];
        linger.Clear();
        MemoryMarshal.Write(linger, 1);
        return LibC.SetOption(socket, LibC.SocketLevel, LibC.Linger, ref linger[0], linger.Length);
    });

    public void Disconnect()
    {
        if (_error is not null) return;
        _error = new ObjectDisposedException(nameof(EpollSocket));
        Dispose();

        // Whoever waits hears of it, on a thread of its own: the caller may hold a lock, or be a clock.
        ThreadPool.UnsafeQueueUserWorkItem(static socket => socket.OnEvents(LibC.HangUp), this, preferLocal: false);
    }

    /// <summary>Something can be received or sent now, or the connection is over. On the loop's thread, or when it was closed.</summary>
    public void OnEvents(uint events)
    {
        const uint Over = LibC.Error | LibC.HangUp;
        if ((events & (LibC.Out | Over)) != 0) Interlocked.Exchange(ref _room, null)?.TrySetResult();
        if ((events & (LibC.In | LibC.PeerShutdown | Over)) == 0) return;

        // The end may have come together with the last bytes, and is told only once: from here on receiving never waits.
        if ((events & (LibC.PeerShutdown | Over)) != 0) _hasEnded = true;
        if (Interlocked.Exchange(ref _state, News) == Armed) _reader?.OnReady();
    }

    protected override bool ReleaseHandle()
    {
        _loop.Forget(this);
        return LibC.Close((int)handle) == 0;
    }

    private IPEndPoint? FindLocal()
    {
        byte[] address = new byte[PeerAddress.MaxBytes];
        int bytes = address.Length;
        return TryCall(socket => LibC.GetLocalAddress(socket, ref address[0], ref bytes)) ? PeerAddress.Read(address).ToEndPoint() : null;
    }

    private void TakeNews()
    {
        if (Volatile.Read(ref _state) == News) Interlocked.CompareExchange(ref _state, Quiet, News);
    }

    private bool TryCall(Func<EpollSocket, int> call)
    {
        try
        {
            return call(this) == 0;
        }
        catch (ObjectDisposedException)
        {
            return false;
        }
    }

    private static bool IsFailure(int result, out SocketError error)
    {
        error = result < 0 ? LibC.LastError : SocketError.Success;
        return result < 0;
    }
}
