using System.Buffers.Text;
using System.Net.Sockets;
using Microsoft.Win32.SafeHandles;

namespace Minimal.Http.Transports;

/// <summary>
/// How many descriptors the process may have, less some that connections must leave alone: the runtime reads a file to start a thread or to load
/// an assembly, and where it cannot it ends the process. Linux says the number; elsewhere there is room until there is none.
/// </summary>
/// <remarks>A new descriptor is always the lowest that is free (POSIX), so its number tells how many there are.</remarks>
internal static class DescriptorRoom
{
    // Threads that start at the same time, assemblies, and a few files of the program itself.
    private const int MaxSpare = 16;

    private static readonly long Bound = FindBound();

    /// <summary>Whether this connection is one of those for which there is room.</summary>
    public static bool Holds(Socket socket) => Holds(socket.Handle);

    /// <inheritdoc cref="Holds(Socket)" />
    public static bool Holds(nint descriptor) => descriptor < Bound;

    /// <summary>Whether there is room for one more.</summary>
    public static bool IsLeft()
    {
        try
        {
            using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            return Holds(probe);
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Where few are left from the beginning, half of them are for connections.
    private static long FindBound()
    {
        long limit = ReadLimit();
        using var next = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        return limit - Math.Min(MaxSpare, (limit - next.Handle) / 2);
    }

    // "Max open files            1024                 1048576              files"
    private static long ReadLimit()
    {
        const string file = "/proc/self/limits";
        ReadOnlySpan<byte> name = "Max open files"u8;
        if (!OperatingSystem.IsLinux() || !File.Exists(file)) return long.MaxValue;
        using SafeFileHandle limits = File.OpenHandle(file);
        Span<byte> buffer = stackalloc byte[4096];
        ReadOnlySpan<byte> text = buffer[..RandomAccess.Read(limits, buffer, 0)];
        int start = text.IndexOf(name);
        if (start < 0) return long.MaxValue;
        return Utf8Parser.TryParse(text[(start + name.Length)..].TrimStart((byte)' '), out long limit, out _) ? limit : long.MaxValue;
    }
}
