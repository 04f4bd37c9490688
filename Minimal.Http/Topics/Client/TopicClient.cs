using System.Globalization;
using System.Linq;
using System.Text.Json;

namespace Minimal.Http.Topics;

/// <summary>
/// Reads topics of a <see cref="TopicEndpoint"/>: <c>await foreach</c> gives what there is and what comes, with nothing lost and nothing twice, whatever
/// happens to connections. Several topics share one long poll (RFC 6202 §5.1); a single one is a stream, and where something on the way holds that back
/// (§3.2), long polls too.
/// <para>
/// After a failure it waits, longer each time and no less than the server asks for, and goes on from where it stands. It ends when all topics have, or when another client of its name has begun.
/// </para>
/// </summary>
/// <remarks>
/// One reader at a time; who leaves the loop and begins another goes on from there. Proxies, cookies, fields, and the bound of a poll's answer are the HttpClient's.
/// </remarks>
public sealed class TopicClient : IAsyncEnumerable<TopicNews>, IDisposable
{
    private readonly HttpClient _http;
    private readonly Uri _uri;
    private readonly TopicClientOptions _options;
    private readonly TopicPlace[] _places;
    private readonly Queue<TopicNews> _ready = new();
    private TopicClientStream? _stream;
    private int _failures;
    private bool _polls, _isSuperseded;

    /// <summary>A client that connects when it is read.</summary>
    /// <param name="http">Sends the requests, and stays the caller's.</param>
    /// <param name="uri">Where the endpoint is; absolute, or relative to the HttpClient's base.</param>
    /// <param name="topics">The topics, and where to begin in each; null for the one topic of an endpoint that has no other, from its latest on.</param>
    /// <param name="options">How it behaves; null takes the defaults.</param>
    /// <exception cref="ArgumentException">There are no topics, or more than one request can name: 32.</exception>
    public TopicClient(HttpClient http, Uri uri, IReadOnlyDictionary<string, TopicPosition>? topics = null, TopicClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        ArgumentNullException.ThrowIfNull(uri);
        _http = http;
        _uri = uri.IsAbsoluteUri || http.BaseAddress is null ? uri : new Uri(http.BaseAddress, uri);
        _options = options ?? TopicClientOptions.Default;
        _places = topics is null ? [new TopicPlace("", TopicPosition.Latest)] : [.. topics.Select(topic => new TopicPlace(topic.Key, topic.Value))];
        if (_places.Length is 0 or > TopicReading.MaxWatched) throw new ArgumentException("A client reads from 1 to 32 topics.", nameof(topics));
        _polls = _places.Length > 1 || !_options.Streams;
    }

    /// <summary>Whether it reads by polls, from the beginning or because no stream got through.</summary>
    public bool Polls => _polls;

    /// <summary>Where it stands in a topic: behind all that was handed out.</summary>
    public TopicPosition PositionIn(string topic) => Place(topic).Position;

    /// <summary>Connects, and hands out what there is and what comes.</summary>
    /// <exception cref="HttpRequestException">The endpoint refuses, with a status that no waiting will change.</exception>
    /// <exception cref="JsonException">What answers is no such endpoint.</exception>
    /// <exception cref="InvalidOperationException">As before, where JSON is of another kind than it should be.</exception>
    /// <exception cref="OperationCanceledException">The token fired.</exception>
    public async IAsyncEnumerator<TopicNews> GetAsyncEnumerator(CancellationToken cancellationToken = default)
    {
        try
        {
            while (await NextAsync(cancellationToken) is { } news)
            {
                Take(news);
                yield return news;
            }
        }
        finally
        {
            Drop();
            _ready.Clear();
        }
    }

    /// <summary>Ends the connection that a reader has left open. Leaving the loop does so too.</summary>
    public void Dispose() => Drop();

    /// <summary>Throws what a status that is not 200 means.</summary>
    internal static void Check(HttpResponseMessage response, TopicClientOptions options)
    {
        if ((int)response.StatusCode != 200) throw new TopicRefusal(response, options.Time);
    }

    // Whoever breaks off behind it has had it.
    private void Take(TopicNews news)
    {
        TopicPlace place = Place(news.Topic);
        place.Position = TopicPosition.At(news.Batch.Next);
        place.IsEnded |= news.Batch.IsEnd;
    }

    private TopicPlace Place(string topic) =>
        Array.Find(_places, place => place.Name == topic) ?? throw new JsonException("The answer is about a topic that nobody asked for.");

    private async ValueTask<TopicNews?> NextAsync(CancellationToken stop)
    {
        while (true)
        {
            if (_ready.TryDequeue(out TopicNews news)) return news;
            if (_isSuperseded || Array.TrueForAll(_places, place => place.IsEnded)) return null;
            try
            {
                TimeSpan wait = await (_polls ? PollAsync(stop) : ReadStreamAsync(stop));
                _failures = 0;
                if (wait > TimeSpan.Zero) await Task.Delay(wait, _options.Time, stop);
            }
            catch (Exception e) when (IsPassing(e) && !stop.IsCancellationRequested)
            {
                // A stream that was never heard may be held back on the way: what is complete gets through.
                bool isHeldBack = e is TimeoutException && _stream?.HasBegun == false;
                Drop();
                _polls |= isHeldBack;
                if (!isHeldBack) await Task.Delay(WaitAfter(e), _options.Time, stop);
            }
        }
    }

    /// <summary>Whether another try may do better: the network failed, or the server is overloaded or away.</summary>
    private static bool IsPassing(Exception failure) => failure switch
    {
        HttpRequestException { StatusCode: { } status } => (int)status is 408 or 429 or >= 500,
        HttpRequestException or IOException or TimeoutException or OperationCanceledException => true,
        _ => false,
    };

    private TimeSpan WaitAfter(Exception failure)
    {
        TimeSpan wait = _options.BackOff(_failures++);
        return failure is TopicRefusal refusal && refusal.RetryAfter > wait ? refusal.RetryAfter : wait;
    }

    private Uri Ask(string via, string more)
    {
        string query = _uri.Query.Length > 0 ? $"{_uri.Query[1..]}&" : "";
        string places = string.Concat(_places.Where(place => !place.IsEnded).Select(place => place.Query(_places.Length > 1)));
        string name = _options.Name is { } text ? $"&client={Uri.EscapeDataString(text)}" : "";
        return new UriBuilder(_uri) { Query = $"{query}via={via}{more}{name}{places}" }.Uri;
    }

    private async Task<TimeSpan> PollAsync(CancellationToken stop)
    {
        string wait = _options.Hold.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
        using HttpResponseMessage response = await _http.GetAsync(Ask("long", $"&wait={wait}"), stop);
        Check(response, _options);
        using JsonDocument answer = await JsonDocument.ParseAsync(await response.Content.ReadAsStreamAsync(stop), cancellationToken: stop);
        _isSuperseded = TopicClientJson.ReadAnswer(answer.RootElement, (name, batch) => Receive(name, batch));
        return TimeSpan.Zero;
    }

    private async Task<TimeSpan> ReadStreamAsync(CancellationToken stop)
    {
        _stream ??= new TopicClientStream(_options, stop);
        using JsonDocument? record = await _stream.ReadAsync(_http, Ask("ndjson", "&prelude=1"));
        return record is null ? throw new IOException("The stream has ended without a last record.") : Tell(record.RootElement);
    }

    /// <summary>Takes one record of a stream; how long to wait before the next response.</summary>
    private TimeSpan Tell(JsonElement record)
    {
        string name = _places[0].Name;
        Cursor id = TopicClientJson.ReadCursor(record, "id");
        if (record.TryGetProperty("data", out _))
        {
            Receive(name, new TopicBatch(new[] { TopicClientJson.ReadMessage(record) }, id));
            return TimeSpan.Zero;
        }

        switch (TopicClientJson.Text(record, "type"))
        {
            case "gap":
                Receive(name, new TopicBatch(default, id, TopicClientJson.ReadGap(record)));
                break;
            case "end":
                Receive(name, new TopicBatch(default, id, null, isEnd: true));
                break;
            case "error":
                _isSuperseded = true;
                break;
            default:
                Receive(name, new TopicBatch(default, id));
                if (!record.TryGetProperty("again", out JsonElement again)) break;
                Drop();
                return TimeSpan.FromMilliseconds(again.GetDouble());
        }

        return TimeSpan.Zero;
    }

    // A place without news is no news, but it is where to go on: nobody need be told first.
    private void Receive(string name, TopicBatch batch)
    {
        TopicPlace place = Array.Find(_places, place => place.Name == name || _places.Length == 1)
            ?? throw new JsonException("The answer is about a topic that nobody asked for.");
        if (batch.IsEmpty) place.Position = TopicPosition.At(batch.Next);
        else _ready.Enqueue(new TopicNews(place.Name, batch));
    }

    private void Drop()
    {
        _stream?.Dispose();
        _stream = null;
    }
}
