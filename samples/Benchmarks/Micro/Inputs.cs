using System.Text;

namespace Micro;

/// <summary>What is read: heads as tools and browsers send them, a chunked body, a stream of events.</summary>
internal static class Inputs
{
    public static byte[] Tool { get; } = "GET /plaintext HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n"u8.ToArray();

    public static byte[] Browser { get; } = Encoding.ASCII.GetBytes("""
        GET /demo/clock?via=sse&after=5f3a-1042 HTTP/1.1
        Host: example.org
        Connection: keep-alive
        Cache-Control: no-cache
        sec-ch-ua-platform: "Linux"
        User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36
        Accept: text/event-stream
        sec-ch-ua: "Chromium";v="140", "Not=A?Brand";v="24"
        sec-ch-ua-mobile: ?0
        Sec-Fetch-Site: same-origin
        Sec-Fetch-Mode: cors
        Sec-Fetch-Dest: empty
        Referer: https://example.org/demo/clock
        Accept-Encoding: gzip, deflate, br, zstd
        Accept-Language: en-GB,en;q=0.9,de;q=0.8
        Cookie: session=0123456789abcdef0123456789abcdef; theme=dark


        """.ReplaceLineEndings("\r\n"));

    /// <summary>Sixteen chunks of 1 KiB, and the end.</summary>
    public static byte[] Chunks { get; } = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat($"400\r\n{new string('x', 1024)}\r\n", 16)) + "0\r\n\r\n");

    /// <summary>A hundred events with an ID, a type and 128 bytes of data.</summary>
    public static byte[] Events { get; } =
        Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(1, 100).Select(i => $"id: {i}\nevent: score\ndata: {new string('x', 128)}\n\n")));
}
