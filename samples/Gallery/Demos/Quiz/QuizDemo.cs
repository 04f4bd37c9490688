using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Serialization;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Demos.Quiz;

/// <summary>
/// A question to everybody at once, the answers counted as they come.
/// <code>
/// GET  play     a WebSocket: gets {"type":"question","n":1,"text","textZh","answers","answersZh","seconds":10} and then
///               {"type":"result","n":1,"right":2,"counts":[…]}; sends {"n":1,"answer":2}
/// GET  counts   a topic, over WebSocket or otherwise: {"players":5000,"n":1,"isOpen":true,"counts":[…]}, ten times a second at the most
/// POST ask      asks the next question: {"n":1,"players":5000}
/// </code>
/// However many answer, who watches gets ten messages a second: counts replace one another, and nobody needs those between.
/// </summary>
internal sealed class QuizDemo
{
    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);
    private static readonly WebSocketOptions Terms = new() { Limits = new WebSocketLimits { MaxMessageBytes = 1024, MaxFrameBytes = 1024 } };

    private readonly ConcurrentDictionary<Player, bool> _players = [];
    private readonly Topic _counts = new("counts", TopicOptions.Default with { IsCompacted = true });
    private readonly TimeSpan _open;
    private readonly Lock _asking = new();
    private volatile Round? _round;
    private int _isDue;

    /// <param name="open">How long a question can be answered, 10 s.</param>
    public QuizDemo(TimeSpan? open = null)
    {
        _open = open ?? TimeSpan.FromSeconds(10);
        Routes = new Router()
            .Get("/play", PlayAsync)
            .Get("/counts", new TopicEndpoint(_counts, TopicEndpointOptions.Default with { Start = TopicPosition.Earliest }, new TopicWebSocket()))
            .Post("/ask", AskAsync);
    }

    public Router Routes { get; }

    private async ValueTask PlayAsync(HttpExchange exchange)
    {
        TimeProvider time = exchange.Time;
        if (await WebSocketConnection.AcceptAsync(exchange, Terms) is not { } connection) return;
        var player = new Player(connection);
        _players.TryAdd(player, true);
        AnnounceCounts(time);
        try
        {
            if (_round is { IsOver: false } round) connection.Tell(Asked(round));
            while (await connection.ReceiveAsync() is { } message)
            {
                if (Read(message) is { } reply && _round?.TryCount(player, reply) == true) AnnounceCounts(time);
            }
        }
        catch (WebSocketClosedException)
        {
            // Who vanished plays no more.
        }
        finally
        {
            _players.TryRemove(player, out _);
            AnnounceCounts(time);
        }
    }

    private async ValueTask AskAsync(HttpExchange exchange)
    {
        if (CrossSite.IsForgeable(exchange.Request))
        {
            await exchange.RespondAsync(403, "403 Forbidden: pages of other sites do not ask here\n");
            return;
        }

        if (!TryBegin(out Round round))
        {
            await exchange.RespondAsync(409, "409 Conflict: a question is open\n");
            return;
        }

        TellAll(Asked(round));
        AnnounceCounts(exchange.Time);
        _ = EndAsync(round, exchange.Time, exchange.Draining);
        await exchange.RespondJsonAsync(new Ask(round.N, _players.Count), QuizJson.Default.Ask);
    }

    private bool TryBegin(out Round round)
    {
        lock (_asking)
        {
            int asked = _round?.N ?? 0;
            bool isFree = _round is not { IsOver: false };
            round = new Round(asked + 1, Question.All[asked % Question.All.Count]);
            if (isFree) _round = round;
            return isFree;
        }
    }

    private async Task EndAsync(Round round, TimeProvider time, CancellationToken draining)
    {
        await Task.Delay(_open, time, draining).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        round.End();
        TellAll(JsonSerializer.SerializeToUtf8Bytes(new Result("result", round.N, round.Question.Right, round.Counts), QuizJson.Default.Result));
        AnnounceCounts(time);
    }

    private void TellAll(byte[] news)
    {
        foreach (KeyValuePair<Player, bool> player in _players) player.Key.Connection.Tell(news);
    }

    private byte[] Asked(Round round) => JsonSerializer.SerializeToUtf8Bytes(
        new Asking("question", round.N, round.Question.Text, round.Question.TextZh, round.Question.Answers, round.Question.AnswersZh, _open.TotalSeconds), QuizJson.Default.Asking);

    /// <summary>Has the counts published soon; until then, more changes make no difference.</summary>
    private void AnnounceCounts(TimeProvider time)
    {
        if (Interlocked.Exchange(ref _isDue, 1) == 0) _ = PublishCountsAsync(time);
    }

    private async Task PublishCountsAsync(TimeProvider time)
    {
        await Task.Delay(Between, time);
        Volatile.Write(ref _isDue, 0);
        Round? round = _round;
        var standing = new Standing(_players.Count, round?.N ?? 0, round is { IsOver: false }, round?.Counts ?? []);
        await _counts.PublishAsync(JsonSerializer.SerializeToUtf8Bytes(standing, QuizJson.Default.Standing), key: "now");
    }

    private static Reply? Read(WebSocketMessage message)
    {
        try
        {
            return message.IsText ? JsonSerializer.Deserialize(message.Data.Span, QuizJson.Default.Reply) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

internal sealed record Reply(int N, int Answer);

internal sealed record Ask(int N, int Players);

internal sealed record Asking(string Type, int N, string Text, string TextZh, string[] Answers, string[] AnswersZh, double Seconds);

internal sealed record Result(string Type, int N, int Right, int[] Counts);

internal sealed record Standing(int Players, int N, bool IsOpen, int[] Counts);

/// <summary>What a simulated player looks at of a message.</summary>
internal sealed record Heard(string? Type, int N, string[]? Answers);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Reply))]
[JsonSerializable(typeof(Ask))]
[JsonSerializable(typeof(Asking))]
[JsonSerializable(typeof(Result))]
[JsonSerializable(typeof(Standing))]
[JsonSerializable(typeof(Heard))]
internal sealed partial class QuizJson : JsonSerializerContext;
