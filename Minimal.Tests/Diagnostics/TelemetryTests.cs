using System.Diagnostics;
using System.Diagnostics.Metrics;
using Minimal.Http;
using Minimal.Http.Diagnostics;
using Xunit;

namespace Minimal.Tests.Diagnostics;

/// <summary>What meters and traces see of a server. The instruments are the process's own, so each test looks for what only it does.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task A_request_is_counted_timed_and_its_connections_end_has_a_reason()
    {
        var seen = new List<(string Instrument, double Value, Dictionary<string, object?> Tags)>();
        using var listener = new MeterListener { InstrumentPublished = (instrument, self) => { if (instrument.Meter.Name == HttpTelemetry.Name) self.EnableMeasurementEvents(instrument); } };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Add(instrument, value, tags));
        listener.Start();
        await using (MemoryServer server = await MemoryServer.StartAsync(exchange => exchange.RespondAsync(218, "x")))
        {
            await server.SendRawAsync("PATCH / HTTP/1.1\r\nHost: a\r\n\r\n");
            await server.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\n\r\nGET /\x01 HTTP/1.1\r\n\r\n");
        }

        lock (seen)
        {
            Assert.Equal([1, -1], seen.Where(s => s.Instrument == "http.server.active_requests" && (string?)s.Tags["http.request.method"] == "PATCH").Select(s => (int)s.Value));
            Assert.Contains(seen, s => s.Instrument == "http.server.request.duration" && s.Tags["http.response.status_code"] is 218 && (string?)s.Tags["network.protocol.version"] == "1.1");
            Assert.Contains(seen, s => s.Instrument == "minimal.http.server.connection.ends" && (string?)s.Tags["end"] == "Refused" && (string?)s.Tags["rule"] == "InvalidTarget");
            Assert.Contains(seen, s => s is { Instrument: "minimal.http.server.connections", Value: -1 });
        }

        void Add(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
        {
            lock (seen) seen.Add((instrument.Name, value, tags.ToArray().ToDictionary(tag => tag.Key, tag => tag.Value)));
        }
    }

    [Fact]
    public async Task A_trace_that_the_client_began_goes_on()
    {
        var stopped = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == HttpTelemetry.Name,
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = activity => { lock (stopped) stopped.Add(activity); },
        };
        ActivitySource.AddActivityListener(listener);
        await using MemoryServer server = await MemoryServer.StartAsync(exchange => throw new InvalidOperationException("planted"));

        await server.SendRawAsync("GET /traced HTTP/1.1\r\nHost: a:81\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n");

        Activity activity;
        lock (stopped) activity = Assert.Single(stopped, activity => (string?)activity.GetTagItem("url.path") == "/traced");
        Assert.Equal("0af7651916cd43dd8448eb211c80319c", activity.TraceId.ToHexString());
        Assert.Equal("b7ad6b7169203331", activity.ParentSpanId.ToHexString());
        Assert.Equal(ActivityKind.Server, activity.Kind);
        Assert.Equal(500, activity.GetTagItem("http.response.status_code"));
        Assert.Equal(ActivityStatusCode.Error, activity.Status);
        Assert.Equal("a:81", activity.GetTagItem("server.address"));
    }
}
