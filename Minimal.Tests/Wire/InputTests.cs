using System.Buffers.Binary;
using System.Diagnostics;
using System.Net;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Diagnostics;
using Minimal.Testing;
using Minimal.WireTool;
using Minimal.WireTool.Inputs;
using Xunit;

namespace Minimal.Tests.Wire;

/// <summary>Every form in which bytes are given is recognised, and all are the same bytes.</summary>
public sealed class InputTests
{
    private static readonly byte[] Request = "GET /a HTTP/1.1\r\nHost: example.org\r\n\r\n"u8.ToArray();

    [Theory]
    [InlineData("474554202f6120485454502f312e310d0a486f73743a206578616d706c652e6f72670d0a0d0a\n")]
    [InlineData("47 45 54 20 2f 61 20 48 54 54 50 2f 31 2e 31 0d 0a  # the request line\n48 6f 73 74 3a 20 65 78 61 6d 70 6c 65 2e 6f 72\r\n67 0D 0A 0D 0A")]
    [InlineData(
        "00000000: 4745 5420 2f61 2048 5454 502f 312e 310d  GET /a HTTP/1.1.\n00000010: 0a48 6f73 743a 2065 7861 6d70 6c65 2e6f  .Host: example.o\n"
        + "00000020: 7267 0d0a 0d0a                           rg....\n")]
    [InlineData(
        "00000000  47 45 54 20 2f 61 20 48  54 54 50 2f 31 2e 31 0d  |GET /a HTTP/1.1.|\n00000010  0a 48 6f 73 74 3a 20 65  78 61 6d 70 6c 65 2e 6f  |.Host: example.o|\n"
        + "00000020  72 67 0d 0a 0d 0a                                 |rg....|\n00000026\n")]
    [InlineData(
        "000000 47 45 54 20 2f 61 20 48 54 54 50 2f 31 2e 31 0d\n000010 0a 48 6f 73 74 3a 20 65 78 61 6d 70 6c 65 2e 6f\n000020 72 67 0d 0a 0d 0a\n000026\n")]
    [InlineData(
        "0000000 47 45 54 20 2f 61 20 48 54 54 50 2f 31 2e 31 0d\n0000020 0a 48 6f 73 74 3a 20 65 78 61 6d 70 6c 65 2e 6f\n0000040 72 67 0d 0a 0d 0a\n0000046\n")]
    [InlineData(
        "0000000 47 45 54 20 2f 61 20 48 54 54 50 2f 31 2e 31 0d  >GET /a HTTP/1.1.<\n0000016 0a 48 6f 73 74 3a 20 65 78 61 6d 70 6c 65 2e 6f  >.Host: example.o<\n"
        + "0000032 72 67 0d 0a 0d 0a                                >rg....<\n0000038\n")]
    public void A_dump_is_its_bytes(string dump)
    {
        Assert.True(HexDump.TryRead(Encoding.ASCII.GetBytes(dump), out byte[] bytes));
        Assert.Equal(Request, bytes);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n")]
    [InlineData("474")]
    [InlineData("# only a comment")]
    [InlineData("00000000: 4745\n00000010: 5420\n")]
    [InlineData("00000000  47 45\n*\n00000020  47 45\n")]
    public void Other_text_is_no_dump(string text) => Assert.False(HexDump.TryRead(Encoding.ASCII.GetBytes(text), out _));

    [Property(Tests = 50)]
    public void Every_input_is_read_or_refused_in_a_sentence() => PropertyCheck.Holds(AnyInput(), bytes =>
    {
        (int exitCode, _, string error) = ToolConsole.Run(bytes, "explain", "-");
        Assert.InRange(exitCode, ExitCode.Fine, ExitCode.Impossible);
        Assert.Equal(exitCode == ExitCode.Impossible, error.Length > 0);
        Assert.InRange(ToolConsole.Run(bytes, "to-test", "-").ExitCode, ExitCode.Fine, ExitCode.Impossible);
    });

    [Property(Tests = 20)]
    public void A_long_line_of_digits_is_decided_at_once() => PropertyCheck.Holds(
        Arb.From(Gen.Choose(1, 50_000)),
        length => Assert.False(HexDump.TryRead(Encoding.ASCII.GetBytes(new string('a', 2 * length) + "x"), out _)));

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", "request")]
    [InlineData("GET / HTTP/1.1\r\nHo", "request")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", "response")]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", "conversation")]
    [InlineData("\x81\u0080\u0001\u0002\u0003\u0004", "frames-client")]
    [InlineData("\x81\u0001a", "frames-server")]
    public void What_raw_bytes_are_is_guessed(string bytes, string kind) => Assert.Equal(kind, RawBytes.Guess(Encoding.Latin1.GetBytes(bytes)));

    [Fact]
    public void A_conversation_is_divided_into_messages_and_frames()
    {
        const string Upgrade = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: x\r\n\r\n", Switching = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n";
        string[] pieces = [Upgrade, Switching, "\x81\u0081\u0001\u0002\u0003\u0004a", "\x81\u0001a", "\x8A\u0080\u0001\u0002\u0003\u0004"];
        IReadOnlyList<WireFileEvent> events = RawBytes.Divide(Encoding.Latin1.GetBytes(string.Concat(pieces)));
        Assert.Equal(pieces, events.Select(item => Encoding.Latin1.GetString(item.Bytes.Span)));
        Assert.Equal("><><>", string.Concat(events.Select(item => WireText.Mark(item.Direction))));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(113, false)]
    [InlineData(276, true)]
    [InlineData(101, true)]
    public void A_capture_is_put_together(int link, bool isIpv6)
    {
        byte[] answer = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK"u8.ToArray();
        var capture = new Capture(link, isIpv6);
        capture.Add(fromClient: true, 0xFFFFFFF0, 0x02, []);
        capture.Add(fromClient: false, 99, 0x12, []);
        capture.Add(fromClient: true, 0xFFFFFFF1, 0x18, Request[..10]);
        capture.Add(fromClient: true, 11, 0x19, Request[26..]);
        capture.Add(fromClient: true, 0xFFFFFFFB, 0x18, Request[10..26]);
        capture.Add(fromClient: true, 0xFFFFFFF5, 0x18, Request[4..20]);
        capture.Add(fromClient: false, 100, 0x18, answer);
        capture.Add(fromClient: false, 100 + (uint)answer.Length, 0x14, []);

        Assert.True(PcapFile.Recognizes(capture.ToBytes()));
        IReadOnlyList<WireFileEvent> events = PcapFile.Read(capture.ToBytes(), "a.pcap");
        byte[] sent = [.. events.Where(item => item.Direction == WireDirection.FromClient).SelectMany(item => item.Bytes.ToArray())];
        Assert.Equal(Request, sent);
        Assert.Equal(
            ["Open", "Bytes", "Bytes", "Bytes", "End", "Bytes", "Reset"], events.Select(item => $"{item.Kind}"));
        Assert.Equal(answer, events[5].Bytes.ToArray());
        Assert.Equal(isIpv6 ? "[::1]:50000 -> [::1]:80" : "127.0.0.1:50000 -> 127.0.0.1:80", events[0].Note);
    }

    [Fact]
    public void A_capture_in_the_newer_format_is_refused_with_what_to_do()
    {
        byte[] section = [0x0A, 0x0D, 0x0D, 0x0A, 28, 0, 0, 0, 0x4D, 0x3C, 0x2B, 0x1A, 1, 0, 0, 0, 255, 255, 255, 255, 255, 255, 255, 255, 28, 0, 0, 0];
        (int exitCode, _, string error) = ToolConsole.Run(section, "explain", "-");
        Assert.Equal(ExitCode.Impossible, exitCode);
        Assert.Contains("editcap -F pcap", error, StringComparison.Ordinal);
    }

    private static Arbitrary<byte[]> AnyInput() => Arb.From(
        from pieces in Gen.NonEmptyListOf(Gen.Elements(
            "wire 1\n", "0 1 >\n  a\n", "0 1 <\n  HTTP/1.1 101 x\\r\\n\\r\\n\n", "GET / HTTP/1.1\r\n", "Host: a\r\n", "\r\n", "HTTP/1.1 200 OK\r\n", "81 85", "00000000: ", "Content-Length: 5\r\n",
            "Transfer-Encoding: chunked\r\n", "5\r\nhello\r\n", "0\r\n", "\x81\u0085", "\u0088\u0002", "\xD4\xC3\xB2\xA1\u0002\0\u0004\0\0\0\0\0\0\0\0\0\0\0\u0004\0\u0001\0\0\0", "\0\0\0\0", "data: a\n\n"))
        from raw in Gen.ListOf(Gen.Choose(0, 255))
        select (byte[])[.. Encoding.Latin1.GetBytes(string.Concat(pieces)), .. raw.Select(value => (byte)value)],
        bytes => Enumerable.Range(0, bytes.Length).Select(left => bytes.Where((_, at) => at != left).ToArray()));

    /// <summary>Writes what tcpdump -w does, for one connection.</summary>
    private sealed class Capture(int link, bool isIpv6)
    {
        private readonly MemoryStream _bytes = Begin(link);
        private uint _seconds = 1_000_000;

        public byte[] ToBytes() => _bytes.ToArray();

        public void Add(bool fromClient, uint sequence, byte flags, byte[] data)
        {
            byte[] tcp = new byte[20];
            BinaryPrimitives.WriteUInt16BigEndian(tcp, (ushort)(fromClient ? 50000 : 80));
            BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), (ushort)(fromClient ? 80 : 50000));
            BinaryPrimitives.WriteUInt32BigEndian(tcp.AsSpan(4), sequence);
            (tcp[12], tcp[13]) = (5 << 4, flags);

            byte[] ip = isIpv6 ? Ipv6(tcp.Length + data.Length) : Ipv4(tcp.Length + data.Length);
            byte[] frame = new byte[link switch { 1 => 14, 113 => 16, 276 => 20, 101 => 0, _ => throw new UnreachableException() }];
            byte[] packet = [.. frame, .. ip, .. tcp, .. data, .. new byte[link == 1 ? 4 : 0]];
            Write(_seconds++, 0, (uint)packet.Length, (uint)packet.Length);
            _bytes.Write(packet);
        }

        private static byte[] Ipv4(int length)
        {
            byte[] ip = new byte[20];
            (ip[0], ip[9]) = (0x45, 6);
            BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(2), (ushort)(20 + length));
            IPAddress.Loopback.TryWriteBytes(ip.AsSpan(12), out _);
            IPAddress.Loopback.TryWriteBytes(ip.AsSpan(16), out _);
            return ip;
        }

        private static byte[] Ipv6(int length)
        {
            byte[] ip = new byte[40];
            (ip[0], ip[6]) = (0x60, 6);
            BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), (ushort)length);
            IPAddress.IPv6Loopback.TryWriteBytes(ip.AsSpan(8), out _);
            IPAddress.IPv6Loopback.TryWriteBytes(ip.AsSpan(24), out _);
            return ip;
        }

        private static MemoryStream Begin(int link)
        {
            var bytes = new MemoryStream();
            byte[] header = [0xD4, 0xC3, 0xB2, 0xA1, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0];
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), (uint)link);
            bytes.Write(header);
            return bytes;
        }

        private void Write(params uint[] numbers)
        {
            Span<byte> bytes = stackalloc byte[4];
            foreach (uint number in numbers)
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, number);
                _bytes.Write(bytes);
            }
        }
    }
}
