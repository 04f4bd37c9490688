namespace Minimal.Http.Transports;

/// <summary>
/// Something that happens when a time has come, unless it is put off before. An entry of one <see cref="DeadlineWheel"/>:
/// setting and putting off write a field, in nearly all cases.
/// </summary>
/// <remarks>Any thread may set and clear. <see cref="OnExpired"/> may come while another thread puts the deadline off: look at <see cref="IsDue"/>.</remarks>
public abstract class Deadline
{
    /// <summary>The due time of a deadline that is not set.</summary>
    internal const long Never = long.MaxValue;

    private readonly DeadlineWheel _wheel;
    private long _due = Never;
    private long _scheduledTick = Never;

    /// <summary>A deadline that is not set.</summary>
    protected Deadline(DeadlineWheel wheel)
    {
        ArgumentNullException.ThrowIfNull(wheel);
        _wheel = wheel;
    }

    /// <summary>Whether the time has come: false again as soon as the deadline is put off or cleared.</summary>
    public bool IsDue => Due <= _wheel.Now;

    /// <summary>Whether a time is set.</summary>
    public bool IsSet => Due != Never;

    internal long Due => Volatile.Read(ref _due);

    /// <summary>The tick in whose slot the entry stands; <see cref="Never"/> when it stands in none. Written under the wheel's lock.</summary>
    internal long ScheduledTick
    {
        get => Volatile.Read(ref _scheduledTick);
        set => Interlocked.Exchange(ref _scheduledTick, value);
    }

    internal Deadline? Next { get; set; }

    internal Deadline? Previous { get; set; }

    /// <summary>Sets the deadline, in place of what was set.</summary>
    /// <param name="after">From now; it fires up to a tick (100 ms) later. <see cref="Timeout.InfiniteTimeSpan"/> clears it.</param>
    public void Set(TimeSpan after)
    {
        if (after == Timeout.InfiniteTimeSpan)
        {
            Clear();
            return;
        }

        long due = _wheel.Now + Math.Max(0, after.Ticks);

        // The wheel takes an entry out of its slot before it looks at the due time, we set the time before we look at the slot:
        // one of the two sees what the other did.
        Interlocked.Exchange(ref _due, due);
        if (DeadlineWheel.TickOf(due) < ScheduledTick) _wheel.Schedule(this);
    }

    /// <summary>Nothing happens any more. The entry leaves the wheel when its slot comes round.</summary>
    public void Clear() => Volatile.Write(ref _due, Never);

    /// <summary>Leaves the wheel at once: for an owner that ends.</summary>
    public void Remove()
    {
        Clear();
        if (ScheduledTick != Never) _wheel.Remove(this);
    }

    /// <summary>The time has come. Called by the wheel, on its timer's thread: it must be short and not throw. The deadline is no longer set.</summary>
    protected abstract void OnExpired();

    /// <summary>Clears the deadline if it still is what it was; false when somebody put it off in the meantime.</summary>
    internal bool TryTake(long due) => Interlocked.CompareExchange(ref _due, Never, due) == due;

    internal void Expire() => OnExpired();
}
