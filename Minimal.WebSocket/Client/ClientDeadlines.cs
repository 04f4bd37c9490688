using System.Runtime.CompilerServices;
using Minimal.Http.Transports;

namespace Minimal.WebSocket.Client;

/// <summary>The deadlines of all clients that have the same clock. Thread-safe.</summary>
internal static class ClientDeadlines
{
    private static readonly ConditionalWeakTable<TimeProvider, DeadlineWheel> Wheels = [];

    public static DeadlineWheel For(TimeProvider time) => Wheels.GetValue(time, static time => new DeadlineWheel(time));
}
