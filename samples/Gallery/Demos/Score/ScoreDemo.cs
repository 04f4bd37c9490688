using System.Text.Json;
using System.Text.Json.Serialization;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos.Score;

/// <summary>
/// Four matches at once, a minute of play each second. Each change is a message whose key is the match, and the topic is compacted: it keeps the
/// latest message of each key. Who polls seldom gets as many messages as there are matches, however much has happened.
/// <code>
/// GET scores?after=CURSOR   what is new; from the beginning without a cursor: the whole table
/// </code>
/// A message: <c>{"id","type":null,"key":"Harbour – Mill","data":{"home":1,"away":0,"minute":23,"goal":"home"}}</c>.
/// </summary>
internal sealed class ScoreDemo
{
    private const int LastMinute = 90, Pause = 10;
    private const double GoalsPerMinute = 3.0 / 90;
    private static readonly string[] Matches = ["Harbour – Mill", "North Bridge – Quarry", "Lighthouse – Old Town", "Orchard – Station"];

    private readonly Topic _scores = new("scores", TopicOptions.Default with { IsCompacted = true });
    private readonly Match[] _now = [.. Matches.Select((_, index) => new Match(0, 0, index * 17, null))];
    private readonly TopicEndpoint _endpoint;
    private readonly Ticker _ticker;
    private readonly Random _random;

    /// <param name="random">Decides who scores.</param>
    public ScoreDemo(Random? random = null)
    {
        _random = random ?? Random.Shared;
        _endpoint = new TopicEndpoint(_scores, TopicEndpointOptions.Default with { Start = TopicPosition.Earliest });
        _ticker = new Ticker(_ => PlayAsync());
        Routes = new Router().Get("/scores", exchange =>
        {
            _ticker.Start(exchange);
            return _endpoint.HandleAsync(exchange);
        });
    }

    public Router Routes { get; }

    /// <summary>A minute passes on all four grounds.</summary>
    private async ValueTask PlayAsync()
    {
        for (int i = 0; i < Matches.Length; i++)
        {
            _now[i] = _now[i].Next(_random.NextDouble() < GoalsPerMinute, _random.Next(2) == 0);
            if (_now[i].Minute > LastMinute) continue;
            await _scores.PublishAsync(JsonSerializer.SerializeToUtf8Bytes(_now[i], ScoreJson.Default.Match), key: Matches[i]);
        }
    }

    /// <summary>How a match stands.</summary>
    /// <param name="Home">Goals.</param>
    /// <param name="Away">Goals.</param>
    /// <param name="Minute">Of play; beyond 90 the match is over, and after a pause another begins.</param>
    /// <param name="Goal">Who has scored in this minute: <c>home</c>, <c>away</c> or null.</param>
    internal sealed record Match(int Home, int Away, int Minute, string? Goal)
    {
        public Match Next(bool isGoal, bool isHome) => Minute switch
        {
            >= LastMinute + Pause => new Match(0, 0, 0, null),
            >= LastMinute => this with { Minute = Minute + 1, Goal = null },
            _ when !isGoal => this with { Minute = Minute + 1, Goal = null },
            _ => new Match(Home + (isHome ? 1 : 0), Away + (isHome ? 0 : 1), Minute + 1, isHome ? "home" : "away"),
        };
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(ScoreDemo.Match))]
internal sealed partial class ScoreJson : JsonSerializerContext;
