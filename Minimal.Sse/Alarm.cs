using Minimal.Http.Transports;

namespace Minimal.Sse;

/// <summary>A deadline of the server's wheel that calls back.</summary>
internal sealed class Alarm(DeadlineWheel wheel, Action ring) : Deadline(wheel)
{
    protected override void OnExpired() => ring();
}
