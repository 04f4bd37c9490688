using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Minimal.Http.Topics;

/// <summary>One response of NDJSON, record by record. Disposing of it ends the connection.</summary>
internal sealed class TopicClientStream(TopicClientOptions options, CancellationToken stop) : IDisposable
{
    private readonly CancellationTokenSource _cut = CancellationTokenSource.CreateLinkedTokenSource(stop);
    private HttpResponseMessage? _response;
    private PipeReader? _input;

    /// <summary>Whether the stream has said where it stands.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The next record; null when there is none behind the last. What the response breaks off in is none.</summary>
    /// <exception cref="TimeoutException">None came in the time that there is for it.</exception>
    /// <exception cref="HttpRequestException">There is no stream to be had.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    /// <exception cref="JsonException">A line is no JSON, or too long.</exception>
    public async ValueTask<JsonDocument?> ReadAsync(HttpClient http, Uri uri)
    {
        TimeSpan within = HasBegun ? options.Silence : options.FirstRecord;
        JsonDocument? record = await NextAsync(http, uri).WaitAsync(within, options.Time, stop);
        HasBegun = true;
        return record;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _cut.Cancel();
        _response?.Dispose();
        _cut.Dispose();
    }

    private async Task<JsonDocument?> NextAsync(HttpClient http, Uri uri)
    {
        if (_input is null)
        {
            _response = await http.GetAsync(uri, HttpCompletionOption.ResponseHeadersRead, _cut.Token);
            TopicClient.Check(_response, options);
            _input = PipeReader.Create(await _response.Content.ReadAsStreamAsync(_cut.Token));
        }

        while (true)
        {
            ReadResult read = await _input.ReadAsync(_cut.Token);
            ReadOnlySequence<byte> buffer = read.Buffer;
            JsonDocument? record = TakeLine(ref buffer);
            _input.AdvanceTo(buffer.Start, record is null ? buffer.End : buffer.Start);
            if (record is not null) return record;
            if (buffer.Length > options.MaxRecordBytes) throw new JsonException("A record is longer than this client takes.");
            if (read.IsCompleted) return null;
        }
    }

    /// <summary>Takes lines up to the first with anything in it: a prelude is white space.</summary>
    private static JsonDocument? TakeLine(ref ReadOnlySequence<byte> buffer)
    {
        while (buffer.PositionOf((byte)'\n') is { } end)
        {
            ReadOnlySequence<byte> line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            if (!IsBlank(line)) return JsonDocument.Parse(line);
        }

        return null;
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (ReadOnlyMemory<byte> piece in line)
        {
            if (piece.Span.ContainsAnyExcept(" \t\r"u8)) return false;
        }

        return true;
    }
}
