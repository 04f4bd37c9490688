using Minimal.Http.Transports;

namespace Minimal.Tests.Transports;

/// <summary>A deadline that notes when it fired.</summary>
internal sealed class ManualDeadline(DeadlineWheel wheel, Action<ManualDeadline>? onExpired = null) : Deadline(wheel)
{
    private int _fired;

    public int Fired => Volatile.Read(ref _fired);

    /// <summary>What <see cref="Deadline.IsDue"/> and <see cref="Deadline.IsSet"/> said when it fired last.</summary>
    public (bool IsDue, bool IsSet) Seen { get; private set; }

    public bool Renew(TimeSpan after) => TryRenew(after);

    protected override void OnExpired()
    {
        Seen = (IsDue, IsSet);
        Interlocked.Increment(ref _fired);
        onExpired?.Invoke(this);
    }
}
