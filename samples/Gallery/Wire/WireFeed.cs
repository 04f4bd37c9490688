using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Minimal.Http.Diagnostics;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Wire;

/// <summary>What a viewer asks for.</summary>
/// <param name="Page">The path of the page that it looks from.</param>
/// <param name="Watch"><c>page</c> for what that page sends and gets, <c>all</c>, or the number of a connection.</param>
internal sealed record WireWish(string? Page, string? Watch);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(WireWish))]
internal sealed partial class WireFeedJson : JsonSerializerContext;

/// <summary>
/// Shows one viewer what passes: first what is kept, then what comes. It never waits for the viewer but in its own place: what the viewer is too
/// slow for is dropped, and counted.
/// <code>
/// {"begin":true,"connections":[{"id":3,"peer":"127.0.0.1:40212","line":"GET /demo/clock/","own":true}],"spans":[…],"dropped":0}
/// </code>
/// A message has the connections of which something changed; one that has ended says <c>end</c>.
/// </summary>
internal sealed class WireFeed(WireInspector inspector, WebSocketConnection viewer, WireWish wish, TimeProvider time)
{
    private const int MaxNews = 4096, MaxSpans = 3000;

    // So many messages at most are made of the spans that come one by one.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(40);

    private readonly Dictionary<long, SeenConnection> _seen = [];
    private readonly HashSet<SeenConnection> _changed = [];
    private readonly Queue<WireEvent> _spans = new();
    private readonly SpanJson _json = new();
    private readonly ArrayBufferWriter<byte> _message = new();
    private readonly long? _number = long.TryParse(wish.Watch, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
    private long _dropped, _missed;

    /// <summary>Serves a viewer, who may ask for something else at any time, until it leaves.</summary>
    public static async ValueTask RunAsync(WireInspector inspector, WebSocketConnection viewer, TimeProvider time)
    {
        Task showing = Task.CompletedTask;
        var change = new CancellationTokenSource();
        try
        {
            while (await viewer.ReceiveAsync() is { } message)
            {
                await change.CancelAsync();
                await showing;
                change.Dispose();
                change = new CancellationTokenSource();
                if (Read(message) is { } wish) showing = new WireFeed(inspector, viewer, wish, time).ShowAsync(change.Token);
                else await viewer.CloseAsync(CloseCode.PolicyViolation, "a wish is JSON: page and watch");
            }
        }
        finally
        {
            await change.CancelAsync();
            await showing;
            change.Dispose();
        }
    }

    private static WireWish? Read(WebSocketMessage message)
    {
        try
        {
            return JsonSerializer.Deserialize(message.Data.Span, WireFeedJson.Default.WireWish);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task ShowAsync(CancellationToken end)
    {
        using WireSubscription news = inspector.Subscribe(MaxNews);
        foreach (WireEvent kept in inspector.Connections.SelectMany(connection => connection.Events).OrderBy(kept => kept.At)) Take(kept);
        try
        {
            _dropped = 0;
            await SendAsync(0, begin: true);
            await foreach (WireEvent first in news.ReadAllAsync(end))
            {
                Take(first);
                while (_spans.Count < MaxSpans / 2 && news.TryRead(out WireEvent? next)) Take(next);
                if (news.Missed != _missed) CatchUp(news.Missed);
                if (_spans.Count == 0 && _changed.Count == 0) continue;
                await SendAsync(news.Missed);
                await Task.Delay(Pause, time, end);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketClosedException)
        {
            // The viewer has left, or asks for something else.
        }
    }

    private void Take(WireEvent news)
    {
        WireConnection connection = news.Connection;
        if (!_seen.TryGetValue(connection.Id, out SeenConnection? seen)) seen = _seen[connection.Id] = new SeenConnection(connection, wish.Page ?? "");
        if (news.Span is { } span)
        {
            bool isFirst = !Wants(seen, span);
            if (seen.Learn(span)) _changed.Add(seen);
            if (Wants(seen, span)) Show(seen, isFirst ? BeginningWith(news) : [news]);
        }
        else if (news.Kind == WireEventKind.Closed)
        {
            _changed.Add(seen);
            _seen.Remove(connection.Id);
        }
    }

    /// <summary>Lets go of who has ended: the news of it may be among what was missed.</summary>
    private void CatchUp(long missed)
    {
        _missed = missed;
        foreach ((long id, SeenConnection seen) in _seen)
        {
            if (seen.Connection.Closed is null) continue;
            _changed.Add(seen);
            _seen.Remove(id);
        }
    }

    private bool Wants(SeenConnection seen, WireSpan span) =>
        seen.IsListed && (_number is { } number ? seen.Connection.Id == number : wish.Watch == "all" || seen.IsOwn(span));

    // What an exchange is about is known some spans behind its first.
    private static IEnumerable<WireEvent> BeginningWith(WireEvent news) =>
        news.Connection.Events.TakeWhile(kept => kept != news).Append(news).Where(kept => kept.Span!.Exchange == news.Span!.Exchange);

    private void Show(SeenConnection seen, IEnumerable<WireEvent> news)
    {
        foreach (WireEvent passed in news.Where(passed => seen.Show(passed.Span!))) Add(passed);
    }

    private void Add(WireEvent passed)
    {
        _spans.Enqueue(passed);
        for (; _spans.Count > MaxSpans; _dropped++) _spans.Dequeue();
    }

    private async Task SendAsync(long missed, bool begin = false)
    {
        _message.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_message))
        {
            json.WriteStartObject();
            if (begin) json.WriteBoolean("begin"u8, true);
            json.WriteStartArray("connections"u8);
            foreach (SeenConnection seen in _changed.Where(seen => seen.IsListed)) seen.Write(json);
            json.WriteEndArray();
            json.WriteStartArray("spans"u8);
            foreach (WireEvent passed in _spans) _json.Write(json, passed.Connection.Id, passed.At, passed.Span!);
            json.WriteEndArray();
            json.WriteNumber("dropped"u8, missed + _dropped);
            json.WriteEndObject();
        }

        _changed.Clear();
        _spans.Clear();
        await viewer.SendAsync(_message.WrittenMemory, Opcode.Text);
    }
}
