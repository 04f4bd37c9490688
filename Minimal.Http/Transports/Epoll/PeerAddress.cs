using System.Buffers.Binary;
using System.Net;
using System.Runtime.InteropServices;

namespace Minimal.Http.Transports.Epoll;

/// <summary>An address as the kernel gives it, without an object until somebody wants to see it.</summary>
/// <param name="Low">The first eight bytes of the address; of IPv4 there are four.</param>
/// <param name="High">The other eight.</param>
/// <param name="Scope">The scope of an address of IPv6.</param>
/// <param name="Port">The port.</param>
/// <param name="Family">AF_INET, AF_INET6, or another one, which has no address that would say anything.</param>
internal readonly record struct PeerAddress(ulong Low, ulong High, uint Scope, ushort Port, ushort Family)
{
    /// <summary>Room for any address.</summary>
    public const int MaxBytes = 128;

    private const int V4 = 2, V6 = 10;

    /// <summary>Reads <c>struct sockaddr_in</c> or <c>sockaddr_in6</c>.</summary>
    public static PeerAddress Read(ReadOnlySpan<byte> address)
    {
        ushort family = MemoryMarshal.Read<ushort>(address), port = BinaryPrimitives.ReadUInt16BigEndian(address[2..]);
        return family == V6
            ? new PeerAddress(MemoryMarshal.Read<ulong>(address[8..]), MemoryMarshal.Read<ulong>(address[16..]), MemoryMarshal.Read<uint>(address[24..]), port, family)
            : new PeerAddress(MemoryMarshal.Read<uint>(address[4..]), 0, 0, port, family);
    }

    public IPEndPoint? ToEndPoint()
    {
        Span<byte> bytes = stackalloc byte[16];
        MemoryMarshal.Write(bytes, Low);
        MemoryMarshal.Write(bytes[8..], High);
        return Family switch
        {
            V4 => new IPEndPoint(new IPAddress(bytes[..4]), Port),
            V6 => new IPEndPoint(new IPAddress(bytes, Scope), Port),
            _ => null,
        };
    }
}
