using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace Minimal.Http.Transports.Epoll;

/// <summary>
/// The kernel's <c>struct epoll_event</c>: 32 bits of events, 64 bits that are handed back: the descriptor, and a number that tells those apart that have had
/// it in turn. It is packed on x86-64, and aligned elsewhere.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class EpollEvents(int capacity)
{
    private static readonly bool IsPacked = RuntimeInformation.ProcessArchitecture is Architecture.X64 or Architecture.X86;
    private static readonly int Size = IsPacked ? 12 : 16, DataOffset = IsPacked ? 4 : 8;

    private readonly byte[] _bytes = new byte[capacity * 16];

    public int Capacity => capacity;

    /// <summary>Where the kernel writes them.</summary>
    public ref byte First => ref _bytes[0];

    /// <summary>An event that was told.</summary>
    public (uint Events, int Descriptor, uint Number) this[int index]
    {
        get
        {
            ReadOnlySpan<byte> at = _bytes.AsSpan(index * Size, Size), data = at[DataOffset..];
            return (MemoryMarshal.Read<uint>(at), MemoryMarshal.Read<int>(data), MemoryMarshal.Read<uint>(data[sizeof(int)..]));
        }
    }

    /// <summary>Tells the kernel what to tell.</summary>
    /// <returns>False when it does not.</returns>
    public static bool TryControl(int epoll, int operation, int descriptor, uint events, uint number = 0)
    {
        Span<byte> bytes = stackalloc byte[16];
        bytes.Clear();
        MemoryMarshal.Write(bytes, events);
        MemoryMarshal.Write(bytes[DataOffset..], descriptor);
        MemoryMarshal.Write(bytes[(DataOffset + sizeof(int))..], number);
        return LibC.EpollControl(epoll, operation, descriptor, ref bytes[0]) == 0;
    }
}
