using System.Globalization;
using System.Text;
using Minimal.Testing;
using Minimal.WireTool;
using Xunit;

namespace Minimal.Tests.Wire;

/// <summary>
/// What the program prints, word by word: a file in <c>Golden/</c> for each run. <c>MINIMAL_UPDATE=1</c> writes them anew; read the difference.
/// </summary>
public sealed class GoldenTests
{
    private const string Conversation =
        "POST /orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n8;note=first\r\nTwo teas\r\n7\r\n, milk.\r\n0\r\nTotal: 2\r\n\r\n"
        + "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 201 Created\r\nLocation: /orders/1\r\nContent-Length: 2\r\n\r\nOK"
        + "HEAD /orders/1 HTTP/1.1\r\nHost: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 15\r\n\r\n";

    private const string Recording = """
        wire 1
        # Two connections at once: one reads events, the other speaks WebSocket.
        0 1 open 127.0.0.1:50312 -> 127.0.0.1:8080
        0.001 1 >
          GET /events HTTP/1.1\r\n
          Host: a\r\n
          \r\n
        0.002 2 open 127.0.0.1:50313 -> 127.0.0.1:8080
        0.003 2 >
          GET /chat HTTP/1.1\r\n
          Host: a\r\n
          Upgrade: websocket\r\n
          Connection: Upgrade\r\n
          Sec-WebSocket-Version: 13\r\n
          Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n
          \r\n
        0.004 1 <
          HTTP/1.1 200 OK\r\n
          Content-Type: text/event-stream\r\n
          \r\n
          id: 1\n
          data: tick\n
          \n
        0.005 2 <
          HTTP/1.1 101 Switching Protocols\r\n
          Upgrade: websocket\r\n
          Connection: Upgrade\r\n
          Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n
          \r\n
        0.006 2 >
          \x81\x857\xFA!=\x7F\x9FMQX
        0.007 2 <
          \x81\x05Hello\x88\x02\x03\xE8
        0.008 2 < end
        0.009 1 > reset
        0.010 1 close
        0.011 2 close
        """;

    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help-explain", "explain --help")]
    [InlineData("help-proxy", "proxy --help")]
    [InlineData("help-replay", "replay --help")]
    [InlineData("help-check", "help check")]
    [InlineData("help-to-test", "to-test -h")]
    [InlineData("version", "--version")]
    public Task Help_teaches(string name, string words) => CheckAsync(name, "", words.Split(' '));

    [Theory]
    [InlineData("wrong-command", "explian a")]
    [InlineData("wrong-option", "explain --loud -")]
    [InlineData("wrong-count", "replay a.wire")]
    [InlineData("wrong-value", "explain - --as")]
    [InlineData("wrong-flag-value", "explain - --zh=yes")]
    [InlineData("wrong-url", "check https://localhost/")]
    [InlineData("wrong-host", "check http://example.org/")]
    [InlineData("wrong-number", "check http://localhost/ --wait 0")]
    [InlineData("no-file", "explain no/such/file")]
    [InlineData("no-server", "check http://127.0.0.1:1/")]
    public Task Mistakes_are_told_in_a_sentence(string name, string words) => CheckAsync(name, "", words.Split(' '));

    [Fact]
    public Task A_wrong_kind_is_told() => CheckAsync("wrong-kind", "GET / HTTP/1.1\r\n", "explain", "-", "--as", "letter");

    [Fact]
    public Task An_empty_input_is_told() => CheckAsync("empty", "", "explain", "-");

    [Fact]
    public Task A_broken_recording_is_told_by_its_line() => CheckAsync("broken-recording", "wire 1\n0 1 >\n  GET\n  \\q\n", "explain", "-");

    [Fact]
    public Task A_request_is_explained() => CheckAsync("request", "GET /a?b=c HTTP/1.1\r\nHost: example.org\r\nCookie: a=b\r\n\r\n", "explain", "-");

    [Fact]
    public Task With_sentences() => CheckAsync("request-sentences", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "explain", "-", "--sentences");

    [Fact]
    public Task In_Chinese() => CheckAsync("request-chinese", "GET / HTTP/1.1\r\nHost: a\r\n\r\n", "explain", "-", "--zh");

    [Fact]
    public Task A_broken_request_shows_the_rule_at_the_byte() =>
        CheckAsync("request-broken", "GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", "explain", "-");

    [Fact]
    public Task A_smuggler_s_chunk_is_shown() => CheckAsync(
        "request-smuggled", "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;\nxx\r\n4c\r\n0\r\n\r\n", "explain", "-");

    [Fact]
    public Task A_conversation_is_divided() => CheckAsync("conversation", Conversation, "explain", "-");

    [Fact]
    public Task A_response_alone() => CheckAsync("response", "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\nno", "explain", "-");

    [Fact]
    public Task Frames_of_a_client_in_hexadecimal() =>
        CheckAsync("frames-client", "81 85 37 fa 21 3d 7f 9f 4d 51 58  # Hello\n88 82 00 00 00 00 03 e8\n", "explain", "-");

    [Fact]
    public Task Frames_of_a_server() => CheckAsync("frames-server", "\x81\u0005Hello\x89\u0000", "explain", "-", "--as", "frames-server");

    [Fact]
    public Task An_unmasked_frame_of_a_client_is_broken() => CheckAsync("frames-unmasked", "81 05 48 65 6c 6c 6f", "explain", "-", "--as=frames-client");

    [Fact]
    public Task A_recording_of_two_connections() => CheckAsync("recording", Recording, "explain", "-");

    [Fact]
    public Task A_recording_becomes_vectors() => CheckAsync("vectors", Conversation, "to-test", "-", "--title", "An order");

    [Fact]
    public async Task Colours_are_for_terminals()
    {
        using var console = new ToolConsole("GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n"u8.ToArray(), hasColours: true);
        await WireProgram.RunAsync(["explain", "-"], console.Console);
        Check("colours", "", ["explain", "-"], 1, console.Out.Replace("\e", "\\e", StringComparison.Ordinal), console.Error);
    }

    private static async Task CheckAsync(string name, string input, params string[] words)
    {
        (int exitCode, string output, string error) = await ToolConsole.RunAsync(Encoding.Latin1.GetBytes(input), words);
        Check(name, input, words, exitCode, output, error);
    }

    private static void Check(string name, string input, string[] words, int exitCode, string output, string error)
    {
        string given = input.Length == 0 || input.StartsWith("wire", StringComparison.Ordinal) ? "" : $"printf '{EscapedBytes.Write(Encoding.Latin1.GetBytes(input))}' | ";
        string text = string.Create(CultureInfo.InvariantCulture, $"$ {given}wire {string.Join(' ', words)}\n{output}{error}[exit code {exitCode}]\n");
        ApprovedFile.Check($"Minimal.Tests/Wire/Golden/{name}.txt", text);
    }
}
