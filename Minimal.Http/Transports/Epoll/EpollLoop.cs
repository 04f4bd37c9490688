using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Minimal.Http.Transports.Epoll;

/// <summary>
/// A thread that waits for all its sockets at once (epoll(7), edge-triggered: each piece of news is told once), and tells each of them. It accepts too, and a
/// connection stays where it was accepted. It ends when it accepts no more and its last socket is closed.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class EpollLoop
{
    private const int EventsAtOnce = 256, AcceptsAtOnce = 64;

    private readonly EpollListener _listener;
    private readonly EpollEvents _events = new(EventsAtOnce);
    private readonly ConcurrentQueue<Action> _posted = [];
    private readonly Lock _lock = new();
    private EpollSocket?[] _sockets = new EpollSocket?[256];
    private int _epoll, _wake, _listening = -1, _count;
    private uint _numbers;
    private bool _isEnding;

    /// <exception cref="IOException">The system has no descriptor for it.</exception>
    public EpollLoop(EpollListener listener)
    {
        _listener = listener;
        _epoll = LibC.EpollCreate(LibC.CloseOnExec);
        _wake = LibC.EventDescriptor(0, LibC.NonBlocking | LibC.CloseOnExec);
        if (_epoll >= 0 && _wake >= 0 && EpollEvents.TryControl(_epoll, LibC.Add, _wake, LibC.In)) return;

        string reason = Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError());
        CloseBoth();
        throw new IOException($"Cannot wait for connections: {reason}.");
    }

    /// <summary>Begins, on a thread of its own.</summary>
    public void Start() => new Thread(Run) { IsBackground = true, Name = nameof(EpollLoop) }.Start();

    /// <summary>Has the loop's thread do something soon.</summary>
    public void Post(Action action)
    {
        _posted.Enqueue(action);
        lock (_lock) Wake();
    }

    /// <summary>Accepts from that descriptor; the system wakes one of the loops that do. On the loop's thread.</summary>
    public void Listen(int descriptor)
    {
        if (_listening < 0 && EpollEvents.TryControl(_epoll, LibC.Add, descriptor, LibC.In | LibC.Exclusive)) _listening = descriptor;
    }

    /// <summary>Accepts no more for now. On the loop's thread.</summary>
    public void StopListening()
    {
        if (_listening >= 0) EpollEvents.TryControl(_epoll, LibC.Remove, _listening, 0);
        _listening = -1;
    }

    /// <summary>Ends the loop when its last socket is closed. On the loop's thread.</summary>
    public void End() => _isEnding = true;

    /// <summary>Takes a socket in. On the loop's thread.</summary>
    /// <returns>False when the system does not tell of it.</returns>
    public bool TryAdd(EpollSocket socket)
    {
        int descriptor = socket.Descriptor;
        lock (_lock)
        {
            if (descriptor >= _sockets.Length) Array.Resize(ref _sockets, Math.Max(descriptor + 1, 2 * _sockets.Length));
            _sockets[descriptor] = socket;
            _count++;
            socket.Number = ++_numbers;
        }

        return EpollEvents.TryControl(_epoll, LibC.Add, descriptor, LibC.In | LibC.Out | LibC.PeerShutdown | LibC.EdgeTriggered, socket.Number);
    }

    /// <summary>The socket is about to be closed, and its number may be another's soon. From any thread.</summary>
    public void Forget(EpollSocket socket)
    {
        lock (_lock)
        {
            _sockets[socket.Descriptor] = null;
            if (--_count == 0) Wake();
        }
    }

    private void Run()
    {
        while (!_isEnding || Volatile.Read(ref _count) > 0)
        {
            int count = LibC.EpollWait(_epoll, ref _events.First, _events.Capacity, timeout: -1);
            for (int i = 0; i < count; i++)
            {
                (uint events, int descriptor, uint number) = _events[i];
                if (descriptor == _wake) RunPosted();
                else if (descriptor == _listening) Accept();
                else Find(descriptor, number)?.OnEvents(events);
            }
        }

        // Who forgets the last socket may be about to wake it.
        lock (_lock) CloseBoth();
    }

    /// <summary>
    /// The socket that news is about; null when it was closed in the meantime. Another one may have its descriptor by now, and would take the end of the
    /// other for its own.
    /// </summary>
    internal EpollSocket? Find(int descriptor, uint number)
    {
        EpollSocket?[] sockets = Volatile.Read(ref _sockets);
        EpollSocket? socket = descriptor < sockets.Length ? sockets[descriptor] : null;
        return socket?.Number == number ? socket : null;
    }

    private void RunPosted()
    {
        Span<byte> value = stackalloc byte[8];
        _ = LibC.Read(_wake, ref value[0], value.Length);
        while (_posted.TryDequeue(out Action? action)) action();
    }

    private void Accept()
    {
        for (int i = 0; i < AcceptsAtOnce && _listening >= 0 && !_listener.IsPaused && _listener.TryAccept(this, _listening); i++) continue;
    }

    private void Wake()
    {
        if (_wake < 0) return;
        Span<byte> one = stackalloc byte[8];
        MemoryMarshal.Write(one, 1L);
        _ = LibC.Write(_wake, ref one[0], one.Length);
    }

    private void CloseBoth()
    {
        if (_epoll >= 0) _ = LibC.Close(_epoll);
        if (_wake >= 0) _ = LibC.Close(_wake);

        // The numbers may be another's soon, and somebody may still have something for this loop to do.
        _epoll = _wake = -1;
    }
}
