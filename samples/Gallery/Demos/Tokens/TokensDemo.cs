using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using Minimal.Http;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.Sse;

namespace Minimal.Gallery.Demos.Tokens;

/// <summary>
/// A conversation whose answers come word by word, as event streams. What answers is <see cref="RuleEngine"/>, a table of rules and no language model.
/// <code>
/// POST ask                 {"text":"…"}: the answer itself. First an event answer with its name, then words, then an event done
/// POST questions           {"text":"…"}: {"answer":"NAME"}, for those who cannot read the answer to a POST: EventSource
/// GET  answers/NAME        the answer; with Last-Event-ID from behind that word; 204 to who has all of it
/// POST answers/NAME/stop   no more words
/// POST answers/NAME/cut    cuts the connections on which it is read, to see it resumed
/// </code>
/// An answer goes on while nobody reads it: it is a topic, and its words are kept for who comes back.
/// </summary>
internal sealed class TokensDemo
{
    private const int MaxBytes = 4096, MaxText = 500, KeptAnswers = 200, MaxSpeaking = 50;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(80);
    private static readonly SseStreamOptions Terms = SseStreamOptions.Default with { Retry = TimeSpan.FromSeconds(1) };

    private readonly RuleEngine _engine = new();
    private readonly ConcurrentDictionary<string, Answer> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _order = [];
    private int _speaking;

    public TokensDemo() => Routes = new Router()
        .Post("/ask", CrossSite.Guard(AskAsync))
        .Post("/questions", CrossSite.Guard(QuestionAsync))
        .Get("/answers/{name}", ReadAsync)
        .Post("/answers/{name}/stop", CrossSite.Guard(StopAsync))
        .Post("/answers/{name}/cut", CrossSite.Guard(CutAsync));

    public Router Routes { get; }

    /// <summary>Answers that are not at their end yet.</summary>
    public int Speaking => Volatile.Read(ref _speaking);

    private async ValueTask AskAsync(HttpExchange exchange)
    {
        if (await BeginAsync(exchange) is { } answer) await StreamAsync(exchange, answer);
    }

    private async ValueTask QuestionAsync(HttpExchange exchange)
    {
        if (await BeginAsync(exchange) is { } answer) await RespondAsync(exchange, 201, $$"""{"answer":"{{answer.Name}}"}""");
    }

    private async ValueTask ReadAsync(HttpExchange exchange)
    {
        await exchange.RequestBody.ReadAllAsync(0);
        await (TryFind(exchange, out Answer? answer) ? StreamAsync(exchange, answer) : NoneAsync(exchange));
    }

    private async ValueTask StopAsync(HttpExchange exchange)
    {
        if (!TryFind(exchange, out Answer? answer)) await NoneAsync(exchange);
        else
        {
            await answer.Stop.CancelAsync();
            await RespondAsync(exchange, 200, """{"stopped":true}""");
        }
    }

    private ValueTask CutAsync(HttpExchange exchange)
    {
        if (!TryFind(exchange, out Answer? answer)) return NoneAsync(exchange);
        HttpExchange[] readers = [.. answer.Readers.Keys];
        foreach (HttpExchange reader in readers) reader.Abort();
        return RespondAsync(exchange, 200, $$"""{"cut":{{readers.Length}}}""");
    }

    /// <summary>Reads a question and begins to answer it; null when the client has been answered otherwise.</summary>
    private async ValueTask<Answer?> BeginAsync(HttpExchange exchange)
    {
        if (await exchange.ReadJsonAsync(TokensJson.Default.Question, MaxBytes) is not { } question) return null;
        if (question.Text is not { Length: > 0 and <= MaxText } text)
        {
            await exchange.RespondAsync(400, $"400 Bad Request: text is what you say, in up to {MaxText} characters\n");
            return null;
        }

        if (Interlocked.Increment(ref _speaking) > MaxSpeaking)
        {
            Interlocked.Decrement(ref _speaking);
            exchange.RetryAfter(TimeSpan.FromSeconds(5));
            await exchange.RespondAsync(503, "503 Service Unavailable: so many answers at once are too many\n");
            return null;
        }

        var answer = new Answer(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8)));
        Keep(answer);
        _ = SpeakAsync(answer, _engine.Answer(text), exchange.Time, exchange.Draining);
        return answer;
    }

    private void Keep(Answer answer)
    {
        _answers[answer.Name] = answer;
        _order.Enqueue(answer.Name);
        if (_order.Count > KeptAnswers && _order.TryDequeue(out string? oldest)) _answers.TryRemove(oldest, out _);
    }

    /// <summary>Says the words of an answer, one after the other, until it is at its end or stopped.</summary>
    private async Task SpeakAsync(Answer answer, string text, TimeProvider time, CancellationToken draining)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(answer.Stop.Token, draining);
        int words = 0;
        foreach (string word in RuleEngine.Cut(text))
        {
            await Task.Delay(Pace, time, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (over.IsCancellationRequested) break;
            await answer.Words.PublishAsync(Encoding.UTF8.GetBytes(word), cancellation: CancellationToken.None);
            words++;
        }

        string isStopped = over.IsCancellationRequested ? "true" : "false";
        await answer.Words.PublishAsync(Encoding.ASCII.GetBytes($$"""{"words":{{words}},"stopped":{{isStopped}}}"""), type: "done", cancellation: CancellationToken.None);
        await answer.Words.CompleteAsync(CancellationToken.None);
        Interlocked.Decrement(ref _speaking);
    }

    private static async ValueTask StreamAsync(HttpExchange exchange, Answer answer)
    {
        string? last = SseRequest.LastEventId(exchange.Request);
        Topic words = answer.Words;
        Cursor at = Cursor.TryParse(last, out Cursor seen) && seen.Epoch == words.End.Epoch ? seen : words.Start;
        if (words.IsCompleted && at == words.End)
        {
            // An EventSource that comes back to an answer of which it has everything is told not to.
            await SseStream.StopAsync(exchange);
            return;
        }

        answer.Readers[exchange] = true;
        try
        {
            await using SseStream stream = await SseStream.StartAsync(exchange, Terms);
            if (last is null) await stream.SendAsync(new SseEvent(answer.Name, "answer"));
            await SendAsync(stream, words, at);
        }
        catch (OperationCanceledException)
        {
            // The stream has ended while it waited for a word.
        }
        finally
        {
            answer.Readers.TryRemove(exchange, out _);
        }
    }

    private static async Task SendAsync(SseStream stream, Topic words, Cursor at)
    {
        for (bool isEnd = false; !isEnd && !stream.HasEnded;)
        {
            await words.WaitAsync(at, stream.Ended);
            TopicBatch batch = words.Read(at);
            foreach (TopicMessage word in batch.Messages.ToArray()) await stream.SendAsync(new SseEvent(Encoding.UTF8.GetString(word.Data.Span), word.Type, word.Id.ToString()));
            at = batch.Next;
            isEnd = batch.IsEnd;
        }
    }

    private bool TryFind(HttpExchange exchange, [NotNullWhen(true)] out Answer? answer) => _answers.TryGetValue(exchange.Route["name"], out answer);

    private static ValueTask NoneAsync(HttpExchange exchange) => exchange.RespondAsync(404, "404 Not Found: there is no such answer, or it is forgotten\n");

    private static ValueTask RespondAsync(HttpExchange exchange, int status, string json)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        return exchange.RespondAsync(status, "application/json", Encoding.ASCII.GetBytes(json));
    }

    /// <summary>An answer, under a name that nobody guesses.</summary>
    private sealed class Answer(string name)
    {
        public string Name { get; } = name;

        public Topic Words { get; } = new(name);

        // Not disposed of, for it may be stopped at any time; without a timer it holds nothing.
        public CancellationTokenSource Stop { get; } = new();

        public ConcurrentDictionary<HttpExchange, bool> Readers { get; } = [];
    }
}

internal sealed record Question(string? Text);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Question))]
internal sealed partial class TokensJson : JsonSerializerContext;
