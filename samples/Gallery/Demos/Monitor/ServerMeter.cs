using System.Diagnostics.Metrics;
using Minimal.Http.Diagnostics;

namespace Minimal.Gallery.Demos.Monitor;

/// <summary>Listens to what servers of this process tell their meter, from when it is made until it is disposed. Thread-safe.</summary>
internal sealed class ServerMeter : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _connections, _requests;

    public ServerMeter()
    {
        _listener.InstrumentPublished = static (instrument, listener) =>
        {
            bool isOurs = instrument.Meter.Name == HttpTelemetry.Name && instrument.Name is "minimal.http.server.connections" or "http.server.request.duration";
            if (isOurs) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, difference, _, _) => Interlocked.Add(ref _connections, difference));
        _listener.SetMeasurementEventCallback<double>((_, _, _, _) => Interlocked.Increment(ref _requests));
        _listener.Start();
    }

    /// <summary>Connections that are open now.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Requests that were answered so far.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    public void Dispose() => _listener.Dispose();
}
