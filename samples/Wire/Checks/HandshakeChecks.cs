using static Minimal.WireTool.Checks.Demand;

namespace Minimal.WireTool.Checks;

/// <summary>Opening handshakes that no server accepts.</summary>
internal static class HandshakeChecks
{
    private const string Upgrade = "Upgrade: websocket\r\n", Connection = "Connection: Upgrade\r\n";
    private const string Key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n", Version = "Sec-WebSocket-Version: 13\r\n";
    private const string Get = "GET {t} HTTP/1.1\r\nHost: {h}\r\n";

    /// <summary>One that every server accepts.</summary>
    public const string Valid = Get + Upgrade + Connection + Key + Version + "\r\n";

    public static IReadOnlyList<CheckRow> Rows { get; } =
    [
        Row("a handshake by POST", "RFC 6455 §4.2.1", "POST {t} HTTP/1.1\r\nHost: {h}\r\nContent-Length: 0\r\n" + Upgrade + Connection + Key + Version),
        Row("a handshake in HTTP/1.0", "RFC 6455 §4.2.1", "GET {t} HTTP/1.0\r\nHost: {h}\r\n" + Upgrade + Connection + Key + Version),
        Row("a handshake without Upgrade", "RFC 6455 §4.2.1", Get + Connection + Key + Version),
        Row("a handshake with another Upgrade", "RFC 6455 §4.2.1", Get + "Upgrade: websocket2\r\n" + Connection + Key + Version),
        Row("a handshake without Connection: Upgrade", "RFC 6455 §4.2.1", Get + Upgrade + Key + Version),
        Row("a handshake without a key", "RFC 6455 §4.2.1", Get + Upgrade + Connection + Version),
        Row("a handshake with a key of 15 bytes", "RFC 6455 §4.2.1", Get + Upgrade + Connection + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25j\r\n" + Version),
        Row("a handshake with a key that is no base64", "RFC 6455 §4.2.1", Get + Upgrade + Connection + "Sec-WebSocket-Key: ????????????????????????\r\n" + Version),
        Row("a handshake with two keys", "RFC 6455 §11.3.1", Get + Upgrade + Connection + Key + "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + Version),
        Row("a handshake without a version", "RFC 6455 §4.2.1", Get + Upgrade + Connection + Key),
        Row("a handshake of version 12", "RFC 6455 §4.2.2", Get + Upgrade + Connection + Key + "Sec-WebSocket-Version: 12\r\n"),
    ];

    private static CheckRow Row(string what, string section, string head) => new(what, Must, section, CheckPart.Handshake, head + "\r\n");
}
