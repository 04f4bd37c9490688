using System.Globalization;
using System.Linq;
using Minimal.Http.Content;
using Minimal.Http.Routing;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// Lets clients watch configuration: the keys of a compacted topic, with the latest message of each as its value. A client says what it has, and is held
/// until that is not the latest any more, or its time is over. There are three ways to say it.
/// <para>
/// By entity tag: <c>GET ?key=name</c> answers with the value and its <c>ETag</c>; with <c>If-None-Match</c>, held while that matches, and then
/// 200, or 304 when the time is over.
/// </para>
/// <para>
/// By digest, after Nacos: <c>POST</c> with a form of a key and the MD5 of its value each (nothing where the client has none) answers
/// <c>{"changed":["name"]}</c>, or nothing when the time is over. <c>Long-Pulling-Timeout</c> announces in milliseconds when the client gives up,
/// <c>Long-Pulling-Timeout-No-Hangup: true</c> asks not to be held.
/// </para>
/// <para>
/// By place, after Apollo's notification ids: <c>GET ?watch=name&amp;watch=other&amp;after=cursor</c>, or <c>?watch=name@cursor</c>, answers
/// <c>{"after":cursor,"changed":[{"key","id"}]}</c> with the keys whose latest id is behind the place. The id is null where the value is gone.
/// </para>
/// <para>
/// <c>?client=</c> is a name that a tab gives itself, of which only the latest question is held, of those with <c>?key=</c> one for each key. The one before is
/// answered as if its time were over, by place with <c>"superseded":true</c>.
/// </para>
/// </summary>
/// <remarks>It is an <see cref="HttpHandler"/>. Values are published to the topic itself. Thread-safe.</remarks>
public sealed class ConfigWatch : IServerPart
{
    private const string Announced = "Long-Pulling-Timeout", NoHangup = "Long-Pulling-Timeout-No-Hangup";

    private readonly Topic _topic;
    private readonly ConfigIndex _index;
    private readonly HeldClients _held;
    private readonly HttpHandler _handler;

    /// <summary>A watch over a topic. It knows the values that the topic itself keeps.</summary>
    /// <param name="topic">A compacted topic.</param>
    /// <param name="options">The terms, as far as they are about reading; null takes <see cref="TopicEndpointOptions.Default"/>.</param>
    /// <exception cref="ArgumentException">The topic is not compacted, or the options contradict each other.</exception>
    public ConfigWatch(Topic topic, TopicEndpointOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(topic);
        if (!topic.IsCompacted) throw new ArgumentException("Configuration is the latest message of each key: let the topic be compacted.", nameof(topic));
        Options = options ?? TopicEndpointOptions.Default;
        Options.Validate();
        _topic = topic;
        _index = new ConfigIndex(topic);
        _held = new HeldClients(Options);
        _handler = Options.Cors is { } cors ? new HttpHandler(ChooseAsync).WithCors(cors) : ChooseAsync;
    }

    /// <summary>The terms.</summary>
    public TopicEndpointOptions Options { get; }

    /// <summary>Clients that wait here now.</summary>
    public int Waiting => _held.Count;

    /// <summary>A watch is a handler.</summary>
    public static implicit operator HttpHandler(ConfigWatch watch) => watch.HandleAsync;

    /// <summary>Answers one request.</summary>
    public ValueTask HandleAsync(HttpExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return _handler(exchange);
    }

    /// <inheritdoc />
    void IServerPart.CheckAgainst(HttpServerOptions options) => Options.CheckAgainst(options);

    private async ValueTask ChooseAsync(HttpExchange exchange)
    {
        if (exchange.Request.Method is not ("GET" or "HEAD" or "POST"))
        {
            exchange.Response.Fields.Set("Allow", "GET, HEAD, OPTIONS, POST");
            exchange.Response.Fields.Set("Cache-Control", "no-store");
            bool isQuestion = exchange.Request.Method == "OPTIONS";
            await (isQuestion ? exchange.RespondAsync(204) : exchange.RespondAsync(405, "405 Method Not Allowed: see Allow for what can be done here\n"));
            return;
        }

        try
        {
            if (Options.MayRead is { } mayRead && !await mayRead(exchange, _topic))
            {
                if (!exchange.HasBegun) await TopicEndpoint.RefuseAsync(exchange, TopicRules.NotAllowed);
                return;
            }

            bool isPost = exchange.Request.Method == "POST";
            ConfigQuestion? question = isPost ? await AskDigestsAsync(exchange) : await AskAsync(exchange);
            if (question is not null) await AnswerOrHoldAsync(exchange, question, isPost);
        }
        catch (TopicException e) when (!exchange.HasBegun)
        {
            await TopicEndpoint.RefuseAsync(exchange, e.Rule);
        }
    }

    private async ValueTask<ConfigQuestion> AskAsync(HttpExchange exchange)
    {
        if (!exchange.RequestBody.IsComplete) await exchange.RequestBody.ReadAllAsync(Options.MaxPublishBytes);
        RequestHead request = exchange.Request;
        List<string> watched = QueryText.All(request, "watch"u8);
        if (watched.Count > 0) return AskPlaces(request, watched);
        if (QueryText.First(request, "key"u8) is not { Length: > 0 } key) throw new TopicException(TopicRules.KeyUnnamed);
        return new ConfigCondition(key, request.Fields.Combined("If-None-Match") ?? "");
    }

    private ConfigPlaces AskPlaces(RequestHead request, List<string> watched)
    {
        string? text = request.Fields.First("Last-Event-ID") is { Length: > 0 } field ? field : QueryText.First(request, "after"u8);
        var places = new (string Key, Cursor After)[watched.Count];
        for (int i = 0; i < places.Length; i++)
        {
            int at = string.IsNullOrEmpty(text) ? watched[i].LastIndexOf('@') : -1;
            string? position = at < 0 ? text : watched[i][(at + 1)..];
            places[i] = (at < 0 ? watched[i] : watched[i][..at], Place(position));
        }

        return new ConfigPlaces(places);
    }

    // Whoever says nothing has seen nothing.
    private Cursor Place(string? text)
    {
        if (string.IsNullOrEmpty(text) || text == "earliest") return new Cursor(_topic.End.Epoch, 0);
        if (!TopicPosition.TryParse(text, out TopicPosition position)) throw new TopicException(TopicRules.CursorUnreadable);
        return position.IsLatest ? _topic.End : position.Cursor;
    }

    /// <summary>Reads the pairs; null when the client was answered.</summary>
    private async ValueTask<ConfigQuestion?> AskDigestsAsync(HttpExchange exchange)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        if (await exchange.ReadFormAsync(Options.MaxPublishBytes) is not { } form) return null;
        bool isReadable = form.Count > 0 && form.All(pair => pair.Value.Length is 0 or 32 && pair.Value.All(char.IsAsciiHexDigit));
        return isReadable ? new ConfigDigests(form) : throw new TopicException(TopicRules.DigestsUnreadable);
    }

    private ValueTask AnswerOrHoldAsync(HttpExchange exchange, ConfigQuestion question, bool isPost)
    {
        TimeSpan time = HoldOf(exchange.Request, isPost);
        _index.CatchUp();
        bool mayHold = time > TimeSpan.Zero && exchange.Request.Method != "HEAD" && !exchange.Draining.IsCancellationRequested;
        if (question.IsAnswered(_index) || !mayHold) return question.RespondAsync(exchange, _index, isSuperseded: false);

        string? client = QueryText.First(exchange.Request, "client"u8);
        return new HeldConfigPoll(exchange, _held, _index, question, time, string.IsNullOrEmpty(client) ? null : client).RunAsync();
    }

    private TimeSpan HoldOf(RequestHead request, bool isPost)
    {
        if (isPost && request.Fields.First(NoHangup) is { } flag && flag.Equals("true", StringComparison.OrdinalIgnoreCase)) return TimeSpan.Zero;
        if (isPost && request.Fields.First(Announced) is { } announced) return AnnouncedHold(announced);
        return HoldTime.Decide(request, Options, Random.Shared.NextDouble())?.Time ?? throw new TopicException(TopicRules.HoldUnreadable);
    }

    // Nacos: the margin less than announced, but not less than a floor, below which polling would be faster than the client meant it to be.
    private TimeSpan AnnouncedHold(string announced)
    {
        if (!int.TryParse(announced, NumberStyles.None, CultureInfo.InvariantCulture, out int milliseconds)) throw new TopicException(TopicRules.HoldUnreadable);
        TimeSpan time = TimeSpan.FromMilliseconds(milliseconds) - Options.HoldMargin;
        if (time < Options.MinAnnouncedHold) time = Options.MinAnnouncedHold;
        return time < Options.MaxHold ? time : Options.MaxHold;
    }
}
