using System.Text.Json;
using System.Text.Json.Serialization;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.Sse;

namespace Minimal.Gallery.Demos.Monitor;

/// <summary>
/// What the server itself takes, each second a message of a topic, of which two minutes are kept.
/// <code>
/// GET samples?after=earliest   as an event stream: what is kept, then what comes
/// GET samples?via=long         the next one, by long polling
/// GET ping                     nothing: something to ask for, to make the server work
/// </code>
/// A sample is <c>{"time","cpu","heap","memory","collections","threads","streams","connections","requests"}</c>: milliseconds since 1970, percent of one
/// core, bytes, bytes, garbage collections so far, threads of the pool, streams of this demo, open connections, requests in that second.
/// </summary>
internal sealed class MonitorDemo
{
    private const int Kept = 120;

    private readonly Topic _samples = new("monitor", TopicOptions.Default with { MaxMessages = Kept });
    private readonly TopicEndpoint _endpoint;
    private readonly ServerMeter? _meter;
    private TimeSpan _work = Environment.CpuUsage.TotalTime;
    private DateTimeOffset _last;
    private long _requests;

    /// <param name="meter">Counts connections and requests; without one they are not told.</param>
    public MonitorDemo(ServerMeter? meter = null)
    {
        _meter = meter;
        _endpoint = new TopicEndpoint(_samples, null, new TopicSse());
        var ticker = new Ticker(async second => await _samples.PublishAsync(JsonSerializer.SerializeToUtf8Bytes(Measure(second), MonitorJson.Default.Sample)));
        Routes = new Router()
            .Get("/samples", exchange =>
            {
                ticker.Start(exchange);
                return _endpoint.HandleAsync(exchange);
            })
            .Get("/ping", static exchange => exchange.RespondAsync(204));
    }

    public Router Routes { get; }

    private Sample Measure(DateTimeOffset second)
    {
        TimeSpan work = Environment.CpuUsage.TotalTime, since = second - _last;
        long requests = _meter?.Requests ?? 0;
        var sample = new Sample(
            second.ToUnixTimeMilliseconds(),
            _last == default ? 0 : Math.Round(100 * (work - _work) / since, 1),
            GC.GetTotalMemory(forceFullCollection: false),
            Environment.WorkingSet,
            GC.CollectionCount(0),
            ThreadPool.ThreadCount,
            _endpoint.Waiting,
            _meter?.Connections,
            _meter is null ? null : _last == default ? 0 : requests - _requests);
        (_work, _last, _requests) = (work, second, requests);
        return sample;
    }

    internal sealed record Sample(long Time, double Cpu, long Heap, long Memory, int Collections, int Threads, int Streams, long? Connections, long? Requests);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(MonitorDemo.Sample))]
internal sealed partial class MonitorJson : JsonSerializerContext;
