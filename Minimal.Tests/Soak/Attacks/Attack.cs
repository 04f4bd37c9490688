using System.Text;
using Minimal.Http;

namespace Minimal.Soak;

/// <summary>What one slow or malicious client does, a second at a time, and which limit ends it.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="End">Why the server ends the connection; null when it does not, for it costs no more than one that is alive.</param>
/// <param name="Limit">By which limit, for the table.</param>
/// <param name="Begin">What it sends first.</param>
/// <param name="Drip">What it sends each second.</param>
/// <param name="Reads">How many bytes it reads each second.</param>
internal sealed record Attack(string Name, ConnectionEnd? End, string Limit, byte[] Begin, byte[] Drip, int Reads = int.MaxValue)
{
    private const int Text = 0x1, Binary = 0x2, Close = 0x8, Ping = 0x9, Final = 0x80;

    private static readonly byte[] Upgrade = Bytes(Handshake("/ws"));

    /// <summary>Every attack there is.</summary>
    public static IReadOnlyList<Attack> All { get; } =
    [
        new("slow head", ConnectionEnd.HeadTimeout, "HttpTimeouts.Head, 408", Bytes("GET / HTTP/1.1\r\nHost: a\r\nX: "), Bytes("y")),
        new("slow body", ConnectionEnd.BodyTimeout, "HttpTimeouts.MinRequestBodyRate, 408", Bytes("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n"), Bytes("y")),
        new("slow chunks", ConnectionEnd.BodyTimeout, "HttpTimeouts.MinRequestBodyRate, 408", Bytes("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"), Bytes("1\r\ny\r\n")),
        new("never reads", ConnectionEnd.ResponseTimeout, "HttpTimeouts.MinResponseRate", Bytes("GET /bytes/20000000 HTTP/1.1\r\nHost: a\r\n\r\n"), [], Reads: 0),
        new("slow read", ConnectionEnd.ResponseTimeout, "HttpTimeouts.MinResponseRate", Bytes("GET /bytes/20000000 HTTP/1.1\r\nHost: a\r\n\r\n"), [], Reads: 16),
        new("idle", ConnectionEnd.IdleTimeout, "HttpTimeouts.Idle", [], []),
        new("idle behind a request", ConnectionEnd.IdleTimeout, "HttpTimeouts.Idle", Bytes("GET / HTTP/1.1\r\nHost: a\r\n\r\n"), []),
        new("tiny frames", ConnectionEnd.Unresponsive, "WebSocketOptions.PongTimeout", Upgrade, Times(2000, Frame(Final | Binary, [1])), Reads: 0),
        new("ping flood", null, "one Pong at a time", Upgrade, Times(200, Frame(Final | Ping, new byte[125])), Reads: 0),
        new("many fragments", ConnectionEnd.Refused, "WebSocketLimits.MaxFragments, 1008", [.. Upgrade, .. Frame(Text, [])], Times(1000, Frame(0, []))),
        new("silent WebSocket", ConnectionEnd.Unresponsive, "WebSocketOptions.PongTimeout", Upgrade, []),
        new("half a close", ConnectionEnd.UpgradeEnded, "HttpTimeouts.Linger", [.. Upgrade, .. Frame(Final | Close, [])], []),
        new("no answer to a close", ConnectionEnd.Unresponsive, "WebSocketOptions.CloseTimeout", [.. Bytes(Handshake("/bye")), .. Frame(Final | Text, [])], []),
    ];

    public override string ToString() => Name;

    private static byte[] Bytes(string text) => Encoding.ASCII.GetBytes(text);

    private static string Handshake(string target) =>
        $"GET {target} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    // Masked with zeros, which leaves the payload as it is.
    private static byte[] Frame(int first, byte[] payload) => [(byte)first, (byte)(0x80 | payload.Length), 0, 0, 0, 0, .. payload];

    private static byte[] Times(int count, byte[] bytes) => [.. Enumerable.Repeat(bytes, count).SelectMany(each => each)];
}
