using System.Text;
using System.Text.Json;
using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>Publishes at a URL, and knows where the topic there ends as long as nobody else publishes. On one thread at a time.</summary>
internal sealed class NoLossUrl
{
    private readonly Uri _url;
    private readonly Func<ReadOnlyMemory<byte>, string, ValueTask<Cursor>> _publish;
    private Cursor? _end;

    public NoLossUrl(Uri url, Func<ReadOnlyMemory<byte>, string, ValueTask<Cursor>>? publish)
    {
        _url = url;
        _publish = publish ?? PostAsync;
    }

    /// <summary>Behind the newest message: behind what was published, else what a poll says.</summary>
    public Cursor End => _end ??= AskAsync("GET", "via=poll&after=latest", default, "after").GetAwaiter().GetResult();

    public async ValueTask<Cursor> PublishAsync(ReadOnlyMemory<byte> data, string key)
    {
        Cursor id = await _publish(data, key);
        _end = id;
        return id;
    }

    private async ValueTask<Cursor> PostAsync(ReadOnlyMemory<byte> data, string key) =>
        await AskAsync("POST", $"key={Uri.EscapeDataString(key)}", data, "id");

    private async Task<Cursor> AskAsync(string method, string query, ReadOnlyMemory<byte> body, string answer)
    {
        string head = $"{method} {_url.AbsolutePath}?{query} HTTP/1.1\r\nHost: {_url.Authority}\r\nConnection: close\r\n"
            + (method == "POST" ? $"Content-Type: text/plain\r\nContent-Length: {body.Length}\r\n\r\n" : "\r\n");
        await using Conversation conversation = await Conversation.ConnectAsync(_url);
        await conversation.SendAsync(new ReadOnlyMemory<byte>([.. Encoding.Latin1.GetBytes(head), .. body.Span]));
        byte[] received = await conversation.ReadWhatComesAsync(Conversation.Patience);
        if (ReceivedResponse.ReadAll(received) is not [{ Status: >= 200 and < 300 } response, ..])
        {
            throw new NoLossException($"{method} {_url} was answered with \"{EscapedBytes.Write(received, most: 200)}\".");
        }

        using JsonDocument document = JsonDocument.Parse(response.Text);
        return NoLossRecord.CursorOf(document.RootElement, answer);
    }
}
