using System.Globalization;
using System.Text;
using Minimal.Http.Diagnostics;
using Minimal.WireTool.Inputs;

namespace Minimal.WireTool.Commands;

/// <summary><c>wire explain</c>: annotates what somebody has recorded.</summary>
internal static class Explain
{
    // The example of RFC 6455 §1.3: it opens a WebSocket for frames whose handshake nobody kept.
    private const string Request = "GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
    private const string Reply = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n";

    public static Command Command { get; } = new("explain", "FILE", "names each byte of a recording or a capture", $$"""
        Prints a line for each span of bytes: who sent it (> the client, < the server), its offset in that direction, the first bytes, the
        text, its name, and the section that defines it. Where a message breaks a rule, the rule stands at the byte.

          wire explain a.wire                              a recording (docs/wire-format.md)
          printf 'GET / HTTP/1.1\r\nHost: a\r\n\r\n' | wire explain - --sentences
          echo '81 85 37 fa 21 3d 7f 9f 4d 51 58' | wire explain -        hexadecimal, as xxd, hexdump -C or od write it
          tcpdump -i lo -w a.pcap 'tcp port 8080'; wire explain a.pcap    TCP over Ethernet or loopback
          wire explain answer.bin --as response

          {{Input.As}} KIND       what raw or hexadecimal bytes are: {{Input.Kinds}};
                          guessed when not said. A conversation is requests and responses, one behind the other
          {{Input.Raw}}           the bytes are what they are, even if they look like a recording or a dump
          --sentences     adds one sentence to each span: what it is for
          --zh            the same in Chinese

        Exit codes: 0 nothing is broken; 1 a message breaks a rule; 2 the arguments are wrong; 3 the file cannot be read.
        """, RunAsync)
    { Flags = [.. Listing.Flags, Input.Raw], Values = [Input.As] };

    private static async Task<int> RunAsync(CommandLine line, WireConsole console)
    {
        Input input = await Input.ReadAsync(line[0], line, console);
        var listing = Listing.Of(line, console);
        bool hasLabels = input.Events.Select(item => item.Connection).Distinct().Skip(1).Any();
        var readers = new Dictionary<int, WireReader>();
        foreach (WireFileEvent item in input.Events)
        {
            string label = hasLabels ? string.Create(CultureInfo.InvariantCulture, $"#{item.Connection} ") : "";
            if (!readers.TryGetValue(item.Connection, out WireReader? reader)) readers[item.Connection] = reader = NewReader(listing, label, input.IsUpgraded);
            Tell(item, reader, listing, label);
        }

        // What waits to be understood is named as far as it goes.
        foreach (WireReader reader in readers.Values)
        {
            reader.End(WireDirection.FromClient);
            reader.End(WireDirection.FromServer);
        }

        return listing.Broken is null ? ExitCode.Fine : ExitCode.Found;
    }

    private static void Tell(WireFileEvent item, WireReader reader, Listing listing, string label)
    {
        string mark = WireText.Mark(item.Direction), note = item.Note.Length == 0 ? "" : " " + item.Note;
        string? text = item.Kind switch
        {
            WireFileEventKind.Open => $"open{note}",
            WireFileEventKind.End => $"{mark} end",
            WireFileEventKind.Reset => $"{mark} reset",
            WireFileEventKind.Close => $"close{note}",
            _ => null,
        };
        if (item.Kind == WireFileEventKind.Bytes) reader.Read(item.Direction, item.Bytes.Span);
        if (item.Kind == WireFileEventKind.End) reader.End(item.Direction);
        if (text is not null) listing.Note(label, string.Create(CultureInfo.InvariantCulture, $"{text}  {item.Time.TotalSeconds:F6}"));
    }

    private static WireReader NewReader(Listing listing, string label, bool isUpgraded)
    {
        if (!isUpgraded) return new WireReader(span => listing.Add(label, span), Listing.Reading);

        bool isOpen = false;
        var reader = new WireReader(
            span =>
            {
                int handshake = span.Direction == WireDirection.FromClient ? Request.Length : Reply.Length;
                if (isOpen) listing.Add(label, span with { Offset = span.Offset - handshake });
            },
            Listing.Reading);
        reader.Read(WireDirection.FromClient, Encoding.ASCII.GetBytes(Request));
        reader.Read(WireDirection.FromServer, Encoding.ASCII.GetBytes(Reply));
        isOpen = true;
        return reader;
    }
}
