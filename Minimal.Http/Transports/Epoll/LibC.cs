using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Minimal.Http.Transports.Epoll;

/// <summary>The calls of Linux that an event loop needs: epoll(7), eventfd(2), and what moves bytes.</summary>
[SupportedOSPlatform("linux")]
internal static class LibC
{
    public const int NonBlocking = 0x800, CloseOnExec = 0x80000, NoSignal = 0x4000;
    public const uint In = 0x001, Out = 0x004, Error = 0x008, HangUp = 0x010, PeerShutdown = 0x2000, Exclusive = 1u << 28, EdgeTriggered = 1u << 31;
    public const int Add = 1, Remove = 2;
    public const int SocketLevel = 1, Linger = 13;

    private const string Library = "libc";
    private const int Interrupted = 4, TryAgain = 11, NoMemory = 12, TableFull = 23, TooManyFiles = 24, BrokenPipe = 32;
    private const int ConnectionAborted = 103, ConnectionReset = 104, NoBuffers = 105, TimedOut = 110;

    /// <summary>What the last call on this thread failed with.</summary>
    public static SocketError LastError => Marshal.GetLastPInvokeError() switch
    {
        TryAgain => SocketError.WouldBlock,
        Interrupted => SocketError.Interrupted,
        BrokenPipe => SocketError.Shutdown,
        ConnectionReset => SocketError.ConnectionReset,
        ConnectionAborted => SocketError.ConnectionAborted,
        TimedOut => SocketError.TimedOut,
        TableFull or TooManyFiles => SocketError.TooManyOpenSockets,
        NoMemory or NoBuffers => SocketError.NoBufferSpaceAvailable,
        _ => SocketError.SocketError,
    };

    [DllImport(Library, EntryPoint = "epoll_create1", SetLastError = true)]
    public static extern int EpollCreate(int flags);

    [DllImport(Library, EntryPoint = "epoll_ctl", SetLastError = true)]
    public static extern int EpollControl(int epoll, int operation, int descriptor, ref byte epollEvent);

    [DllImport(Library, EntryPoint = "epoll_wait", SetLastError = true)]
    public static extern int EpollWait(int epoll, ref byte events, int max, int timeout);

    [DllImport(Library, EntryPoint = "eventfd", SetLastError = true)]
    public static extern int EventDescriptor(uint value, int flags);

    [DllImport(Library, EntryPoint = "accept4", SetLastError = true)]
    public static extern int Accept(int listener, ref byte address, ref int addressBytes, int flags);

    [DllImport(Library, EntryPoint = "recv", SetLastError = true)]
    public static extern nint Receive(SafeHandle socket, ref byte buffer, nint bytes, int flags);

    [DllImport(Library, EntryPoint = "send", SetLastError = true)]
    public static extern nint Send(SafeHandle socket, ref byte buffer, nint bytes, int flags);

    [DllImport(Library, EntryPoint = "shutdown", SetLastError = true)]
    public static extern int Shutdown(SafeHandle socket, int how);

    [DllImport(Library, EntryPoint = "setsockopt", SetLastError = true)]
    public static extern int SetOption(SafeHandle socket, int level, int option, ref byte value, int bytes);

    [DllImport(Library, EntryPoint = "getsockname", SetLastError = true)]
    public static extern int GetLocalAddress(SafeHandle socket, ref byte address, ref int addressBytes);

    [DllImport(Library, EntryPoint = "read", SetLastError = true)]
    public static extern nint Read(int descriptor, ref byte buffer, nint bytes);

    [DllImport(Library, EntryPoint = "write", SetLastError = true)]
    public static extern nint Write(int descriptor, ref byte buffer, nint bytes);

    [DllImport(Library, EntryPoint = "close", SetLastError = true)]
    public static extern int Close(int descriptor);
}
