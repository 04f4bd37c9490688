using System.Buffers.Binary;
using System.Net;
using Minimal.Http.Diagnostics;

namespace Minimal.WireTool.Inputs;

/// <summary>
/// Captures in the classic format of libpcap, of Ethernet, of a loopback device or of "any": the TCP connections in them, put together in the order of their
/// sequence numbers. Fragments of IP are not put together, and what the capture missed is missing.
/// </summary>
internal static class PcapFile
{
    private const int FileHeader = 24, PacketHeader = 16;

    // The types of links (LINKTYPE_): what stands in front of an IP packet, in bytes.
    private static readonly Dictionary<uint, int> LinkHeaders = new() { [0] = 4, [1] = 14, [12] = 0, [101] = 0, [108] = 4, [113] = 16, [228] = 0, [229] = 0, [276] = 20 };

    /// <summary>Whether bytes begin as a capture does, in any order of bytes and any unit of time.</summary>
    public static bool Recognizes(byte[] file) => file.Length >= FileHeader && Unit(file, out _) > 0;

    /// <summary>Whether bytes begin as a capture in the newer format pcapng does, which is not read here.</summary>
    public static bool RecognizesNewer(byte[] file) =>
        file.Length >= 12 && file.AsSpan().StartsWith((ReadOnlySpan<byte>)[0x0A, 0x0D, 0x0D, 0x0A]) && BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(8)) is 0x1A2B3C4D or 0x4D3C2B1A;

    /// <summary>Reads the connections of a capture.</summary>
    /// <exception cref="ToolException">It is of a link that is not known here, or holds no TCP.</exception>
    public static IReadOnlyList<WireFileEvent> Read(byte[] file, string name)
    {
        long unit = Unit(file, out bool isBig);
        uint link = Number(file.AsSpan(20), isBig) & 0xFFFF;
        if (!LinkHeaders.TryGetValue(link, out int linkHeader)) throw new ToolException(ExitCode.Impossible, $"{name} is a capture of a link that wire does not know ({link})");

        var streams = new TcpStreams();
        long? start = null;
        for (int at = FileHeader; at + PacketHeader <= file.Length;)
        {
            long ticks = (Number(file.AsSpan(at), isBig) * TimeSpan.TicksPerSecond) + (Number(file.AsSpan(at + 4), isBig) * TimeSpan.TicksPerSecond / unit);
            uint length = Number(file.AsSpan(at + 8), isBig);
            at += PacketHeader;
            if (length > file.Length - at) break;

            start ??= ticks;
            ReadOnlyMemory<byte> packet = file.AsMemory(at, (int)length);
            if (packet.Length > linkHeader) AddPacket(streams, packet[linkHeader..], TimeSpan.FromTicks(Math.Max(0, ticks - start.Value)));
            at += (int)length;
        }

        IReadOnlyList<WireFileEvent> events = streams.Events;
        return events.Count > 0 ? events : throw new ToolException(ExitCode.Impossible, $"{name} is a capture without TCP in it");
    }

    // The magic number of a file says in which order its bytes are, and into how many parts it divides a second.
    private static long Unit(byte[] file, out bool isBig)
    {
        uint magic = BinaryPrimitives.ReadUInt32BigEndian(file);
        isBig = magic is 0xA1B2C3D4 or 0xA1B23C4D;
        return magic switch { 0xA1B2C3D4 or 0xD4C3B2A1 => 1_000_000, 0xA1B23C4D or 0x4D3CB2A1 => 1_000_000_000, _ => 0 };
    }

    private static uint Number(ReadOnlySpan<byte> bytes, bool isBig) => isBig ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt32LittleEndian(bytes);

    private static void AddPacket(TcpStreams streams, ReadOnlyMemory<byte> packet, TimeSpan time)
    {
        ReadOnlySpan<byte> ip = packet.Span;
        const int Tcp = 6, Ipv6Header = 40;
        if (ip.Length >= 20 && ip[0] >> 4 == 4 && ip[9] == Tcp)
        {
            int header = (ip[0] & 0xF) * 4, total = BinaryPrimitives.ReadUInt16BigEndian(ip[2..]);
            bool isFragment = (BinaryPrimitives.ReadUInt16BigEndian(ip[6..]) & 0x3FFF) != 0;
            if (isFragment || header < 20 || total < header) return;
            AddSegment(streams, packet[..Math.Min(total, packet.Length)], header, ip[12..16], ip[16..20], time);
        }
        else if (ip.Length >= Ipv6Header && ip[0] >> 4 == 6 && ip[6] == Tcp)
        {
            int total = Ipv6Header + BinaryPrimitives.ReadUInt16BigEndian(ip[4..]);
            AddSegment(streams, packet[..Math.Min(total, packet.Length)], Ipv6Header, ip[8..24], ip[24..40], time);
        }
    }

    private static void AddSegment(TcpStreams streams, ReadOnlyMemory<byte> packet, int at, ReadOnlySpan<byte> from, ReadOnlySpan<byte> to, TimeSpan time)
    {
        if (packet.Length < at + 20) return;
        ReadOnlySpan<byte> tcp = packet.Span[at..];
        int data = at + ((tcp[12] >> 4) * 4);
        if (data < at + 20 || data > packet.Length) return;

        var source = new IPEndPoint(new IPAddress(from), BinaryPrimitives.ReadUInt16BigEndian(tcp));
        var destination = new IPEndPoint(new IPAddress(to), BinaryPrimitives.ReadUInt16BigEndian(tcp[2..]));
        streams.Add(new TcpSegment(time, source, destination, BinaryPrimitives.ReadUInt32BigEndian(tcp[4..]), tcp[13], packet[data..]));
    }
}
