namespace Exercises.Checks;

/// <summary>The client's end of a WebSocket, frame by frame. Payloads are shorter than 126 bytes.</summary>
internal static class FrameTalk
{
    public const int Text = 1, Close = 8, Ping = 9, Pong = 10;

    /// <summary>Opens a WebSocket.</summary>
    public static async Task<Talk> OpenAsync(Host host)
    {
        Talk talk = host.Connect();
        await talk.SayAsync("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
        Expect.Contains(await talk.HearAsync("\r\n\r\n"), "HTTP/1.1 101 ", "The WebSocket is accepted.");
        return talk;
    }

    /// <summary>Sends a frame, masked as a client's are, by a key of zeros (RFC 6455 §5.3).</summary>
    public static Task SendAsync(this Talk talk, int opcode, string payload) =>
        talk.SayAsync($"{(char)(0x80 | opcode)}{(char)(0x80 | payload.Length)}\0\0\0\0{payload}");

    /// <summary>The payload of the next frame, which should have that opcode.</summary>
    public static async Task<string> ExpectAsync(this Talk talk, int opcode, string why)
    {
        string head = await talk.HearAsync(2);
        if (head.Length < 2) Expect.Fail(why);
        string payload = await talk.HearAsync(head[1]);
        Expect.True((head[0] & 0x0F) == opcode, $"{why} A frame with opcode {head[0] & 0x0F} came in place of one with {opcode}.");
        return payload;
    }
}
