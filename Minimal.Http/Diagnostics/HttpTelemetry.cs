using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>
/// What a server tells to meters and traces, under the name <see cref="Name"/>. Names are OpenTelemetry's where it has some. With nobody
/// listening nothing is measured and nothing allocated.
/// </summary>
public static class HttpTelemetry
{
    /// <summary>The name of the meter and of the activity source: <c>Minimal.Http</c>.</summary>
    public const string Name = "Minimal.Http";

    /// <summary>Whether the program has meters and traces in it: true unless it was built without, which makes a small native program smaller.</summary>
    [FeatureSwitchDefinition("Minimal.Http.Telemetry")]
    public static bool IsSupported { get; } = !AppContext.TryGetSwitch("Minimal.Http.Telemetry", out bool isSupported) || isSupported;

    private static readonly Meter Meter = new(Name);
    private static readonly ActivitySource Source = new(Name);

    private static readonly UpDownCounter<long> ActiveRequests = Meter.CreateUpDownCounter<long>(
        "http.server.active_requests", "{request}", "Requests that a handler works on.");

    private static readonly Histogram<double> Duration = Meter.CreateHistogram<double>(
        "http.server.request.duration", "s", "From the end of a request's head to the end of its handler.");

    private static readonly UpDownCounter<long> Connections = Meter.CreateUpDownCounter<long>(
        "minimal.http.server.connections", "{connection}", "Connections that are open.");

    private static readonly Counter<long> Ends = Meter.CreateCounter<long>(
        "minimal.http.server.connection.ends", "{connection}", "Connections that ended, by reason, and by rule when one was broken.");

    internal static void ConnectionBegan()
    {
        if (IsSupported && Connections.Enabled) Connections.Add(1);
    }

    internal static void ConnectionEnded(ConnectionEnd end, ProtocolRule? broken)
    {
        if (!IsSupported) return;
        if (Connections.Enabled) Connections.Add(-1);
        if (!Ends.Enabled) return;
        var tags = new TagList { { "end", end.ToString() } };
        if (end == ConnectionEnd.Refused && broken is not null) tags.Add("rule", broken.Name);
        Ends.Add(1, tags);
    }

    /// <summary>Begins to measure one exchange. The method of the request must be read by now, for the handler may give the head back.</summary>
    /// <returns>What is to be ended; null when nobody wants to know.</returns>
    internal static Measurement? Begin(HttpExchange exchange)
    {
        if (!IsSupported) return null;
        bool isActive = ActiveRequests.Enabled, isTimed = Duration.Enabled;
        if (isActive) ActiveRequests.Add(1, new TagList { { "http.request.method", MethodTag(exchange.Method) }, { "url.scheme", "http" } });
        Activity? activity = Source.HasListeners() ? StartActivity(exchange) : null;
        return !isActive && !isTimed && activity is null ? null : new Measurement(isActive, isTimed ? exchange.Time.GetTimestamp() : 0, activity);
    }

    internal static void End(Measurement? measurement, HttpExchange exchange, Exception? failure)
    {
        if (!IsSupported || measurement is null) return;
        if (measurement.IsCounted) ActiveRequests.Add(-1, new TagList { { "http.request.method", MethodTag(exchange.Method) }, { "url.scheme", "http" } });
        if (measurement.Start != 0) Duration.Record(exchange.Time.GetElapsedTime(measurement.Start).TotalSeconds, DurationTags(exchange, failure));
        if (measurement.Activity is { } activity) StopActivity(activity, exchange, failure);
    }

    private static TagList DurationTags(HttpExchange exchange, Exception? failure)
    {
        var tags = new TagList
        {
            { "http.request.method", MethodTag(exchange.Method) },
            { "http.response.status_code", exchange.StatusForTelemetry },
            { "network.protocol.version", exchange.MinorVersion == 0 ? "1.0" : "1.1" },
            { "url.scheme", "http" },
        };
        if (failure is not null) tags.Add("error.type", failure.GetType().FullName);
        return tags;
    }

    // The trace goes on that the client began, if it says so in the form of W3C Trace Context.
    private static Activity? StartActivity(HttpExchange exchange)
    {
        RequestHead request = exchange.Request;
        ActivityContext.TryParse(request.Fields.First("traceparent"), request.Fields.Combined("tracestate"), isRemote: true, out ActivityContext parent);
        Activity? activity = Source.StartActivity(MethodTag(request.Method), ActivityKind.Server, parent);
        activity?.SetTag("http.request.method", MethodTag(request.Method));
        activity?.SetTag("url.scheme", "http");
        activity?.SetTag("url.path", request.Path);
        activity?.SetTag("server.address", request.Authority);
        return activity;
    }

    private static void StopActivity(Activity activity, HttpExchange exchange, Exception? failure)
    {
        activity.SetTag("http.response.status_code", exchange.StatusForTelemetry);
        if (failure is not null || exchange.StatusForTelemetry >= 500) activity.SetStatus(ActivityStatusCode.Error, failure?.Message);
        activity.Dispose();
    }

    // A client can send any token as a method: as a tag it would be a series of its own.
    private static string MethodTag(string method) => method is "GET" or "HEAD" or "POST" or "PUT" or "DELETE" or "OPTIONS" or "PATCH" ? method : "_OTHER";

    /// <summary>What was begun and must be ended.</summary>
    internal sealed record Measurement(bool IsCounted, long Start, Activity? Activity);
}
