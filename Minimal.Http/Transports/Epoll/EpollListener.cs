using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;

namespace Minimal.Http.Transports.Epoll;

/// <summary>
/// Listens as <see cref="SocketListener"/> does, on Linux alone, with event loops of its own in place of the framework's: a connection takes less than half the
/// memory, and a request less time. Connections, and so their handlers, run on the loops' threads: a handler that blocks holds up every connection of its loop. One
/// that may block should go to another thread first (<c>await Task.Run(…)</c>), or stand behind a <see cref="SocketListener"/>.
/// </summary>
[SupportedOSPlatform("linux")]
public sealed class EpollListener : Listener
{
    // How long to leave a system alone that has no room for one more connection.
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(100);

    private readonly ListeningSocket _socket;
    private readonly TimeProvider _time;
    private readonly EpollLoop[] _loops;

    // Never disposed: it holds nothing, and the listener may be disposed while it runs.
    private readonly CancellationTokenSource _closed = new();
    private Func<Transport, Task>? _onConnection;
    private int _paused;
    private volatile bool _isStopping;

    /// <summary>A listener for that address. Port 0 lets the system choose one; <see cref="Bind"/> tells which.</summary>
    /// <param name="endPoint">An <see cref="IPEndPoint"/> or a <see cref="UnixDomainSocketEndPoint"/>.</param>
    /// <param name="loops">How many threads; 0 takes one for each processor.</param>
    /// <param name="time">The clock of the pause after a failed accept; the system's by default.</param>
    /// <exception cref="PlatformNotSupportedException">This is not Linux.</exception>
    public EpollListener(EndPoint endPoint, int loops = 0, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(endPoint);
        ArgumentOutOfRangeException.ThrowIfNegative(loops);
        if (!OperatingSystem.IsLinux()) throw new PlatformNotSupportedException("epoll is Linux's; SocketListener works everywhere.");
        _socket = new ListeningSocket(endPoint);
        _time = time ?? TimeProvider.System;
        _loops = new EpollLoop[loops == 0 ? Environment.ProcessorCount : loops];
    }

    /// <inheritdoc />
    public override EndPoint Bind() => _socket.Bind();

    /// <inheritdoc />
    public override async Task RunAsync(Func<Transport, Task> onConnection, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(onConnection);
        _onConnection = onConnection;
        int descriptor = _socket.Descriptor;
        for (int i = 0; i < _loops.Length; i++) _loops[i] = new EpollLoop(this);
        foreach (EpollLoop loop in _loops)
        {
            loop.Start();
            if (!IsPaused) loop.Post(() => loop.Listen(descriptor));
        }

        using (var either = CancellationTokenSource.CreateLinkedTokenSource(stop, _closed.Token))
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _isStopping = true;
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        int left = _loops.Length;
        foreach (EpollLoop loop in _loops) loop.Post(() => End(loop));
        await ended.Task.ConfigureAwait(false);
        _socket.Dispose();

        void End(EpollLoop loop)
        {
            // Who had connected by now is still served, as long as there is room: without a descriptor to spare the runtime ends the process.
            loop.StopListening();
            while (!_closed.IsCancellationRequested && DescriptorRoom.IsLeft() && TryAccept(loop, descriptor)) continue;
            loop.End();
            if (Interlocked.Decrement(ref left) == 0) ended.SetResult();
        }
    }

    /// <inheritdoc />
    public override void Pause()
    {
        if (Interlocked.Exchange(ref _paused, 1) == 0) Tell(loop => loop.StopListening());
    }

    /// <inheritdoc />
    public override void Resume()
    {
        if (Interlocked.Exchange(ref _paused, 0) != 0) Tell(loop => loop.Listen(_socket.Descriptor));
    }

    /// <inheritdoc />
    public override ValueTask DisposeAsync()
    {
        _closed.Cancel();
        if (_onConnection is null) _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Whether nobody should be accepted now.</summary>
    internal bool IsPaused => Volatile.Read(ref _paused) != 0;

    /// <summary>Takes a connection out of the queue and begins with it. On the loop's thread.</summary>
    /// <returns>False when there is none, or none can be had now.</returns>
    internal bool TryAccept(EpollLoop loop, int listening)
    {
        Span<byte> address = stackalloc byte[PeerAddress.MaxBytes];
        address.Clear();
        int bytes = address.Length;
        int descriptor = LibC.Accept(listening, ref address[0], ref bytes, LibC.NonBlocking | LibC.CloseOnExec);
        if (descriptor < 0) return OnFailure(loop, listening, LibC.LastError);

        var socket = new EpollSocket(descriptor, PeerAddress.Read(address), loop);
        if (loop.TryAdd(socket)) _ = _onConnection!(new SocketTransport(socket));
        else socket.Disconnect();
        if (DescriptorRoom.Holds(descriptor) || _isStopping) return true;
        WaitForRoom(loop, listening);
        return false;
    }

    /// <returns>Whether there may be another one.</returns>
    private bool OnFailure(EpollLoop loop, int listening, SocketError error)
    {
        // The peer gave up while it was in the queue.
        if (error is SocketError.ConnectionAborted or SocketError.Interrupted or SocketError.ConnectionReset) return true;
        if (error is SocketError.WouldBlock || _closed.IsCancellationRequested) return false;

        if (!_isStopping) WaitForRoom(loop, listening);
        return false;
    }

    /// <summary>Out of descriptors or memory, say: connections wait in the queue until others end.</summary>
    private void WaitForRoom(EpollLoop loop, int listening)
    {
        loop.StopListening();
        _ = ListenAgainAsync();

        async Task ListenAgainAsync()
        {
            do await Task.Delay(Breath, _time).ConfigureAwait(false);
            while (!_isStopping && !DescriptorRoom.IsLeft());
            if (!IsPaused && !_isStopping) loop.Post(() => loop.Listen(listening));
        }
    }

    private void Tell(Action<EpollLoop> what)
    {
        foreach (EpollLoop? loop in _loops) loop?.Post(() => what(loop));
    }
}
