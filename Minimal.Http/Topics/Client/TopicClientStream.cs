using System.Text.Json;

namespace Minimal.Http.Topics;

/// <summary>One response of NDJSON, line by line. Disposing of it ends the connection.</summary>
internal sealed class TopicClientStream(TopicClientOptions options, CancellationToken stop) : IDisposable
{
    private readonly CancellationTokenSource _cut = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private HttpResponseMessage? _response;
    private StreamReader? _lines;

    /// <summary>Whether the stream has said where it stands.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The next line; null behind the last one.</summary>
    /// <exception cref="TimeoutException">None came in the time that there is for it.</exception>
    /// <exception cref="HttpRequestException">There is no stream to be had.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public async ValueTask<string?> ReadLineAsync(HttpClient http, Uri uri)
    {
        TimeSpan within = HasBegun ? options.Silence : options.FirstRecord;
        string? line = await NextLineAsync(http, uri).WaitAsync(within, options.Time, stop);
        HasBegun = true;
        return line;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _cut.Cancel();
        _lines?.Dispose();
        _response?.Dispose();
        _cut.Dispose();
    }

    private async Task<string?> NextLineAsync(HttpClient http, Uri uri)
    {
        if (_lines is null)
        {
            _response = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, _cut.Token);
            TopicClient.Check(_response);
            _lines = new StreamReader(await _response.Content.ReadAsStreamAsync(_cut.Token));
        }

        // A prelude is white space, and so is an empty line of whoever is between.
        string? line;
        do line = await _lines.ReadLineAsync(_cut.Token);
        while (line is not null && line.AsSpan().Trim().IsEmpty);
        return line;
    }
}
