namespace Minimal.Http.Transports;

/// <summary>
/// Something that happens when a time has come, unless it is put off before. An entry of one <see cref="DeadlineWheel"/>:
/// setting and putting off write a field, in nearly all cases.
/// </summary>
/// <remarks>
/// Any thread may set and clear. <see cref="OnExpired"/> may come just when another thread puts the deadline off or clears it: then
/// <see cref="IsDue"/> is false.
/// </remarks>
public abstract class Deadline
{
    /// <summary>The due time of a deadline that is not set.</summary>
    internal const long Never = long.MaxValue;

    // What is further away than this is as good as never, and sums of it do not overflow.
    private const long Furthest = long.MaxValue / 4;

    private readonly DeadlineWheel _wheel;

    // When it is due. Once it has fired, the complement of that, a negative number, until somebody sets or clears it.
    private long _due = Never;
    private long _scheduledTick = Never;

    /// <summary>A deadline that is not set.</summary>
    protected Deadline(DeadlineWheel wheel)
    {
        ArgumentNullException.ThrowIfNull(wheel);
        _wheel = wheel;
    }

    /// <summary>Whether the time has come: from then on true, until the deadline is set anew or cleared.</summary>
    public bool IsDue => Volatile.Read(ref _due) is var due && (due < 0 || (due != Never && due <= _wheel.Now));

    /// <summary>Whether a time is set that has not been told to <see cref="OnExpired"/> yet.</summary>
    public bool IsSet => Volatile.Read(ref _due) is >= 0 and not Never;

    /// <summary>When it is due; <see cref="Never"/> when it is not set.</summary>
    internal long Due => Volatile.Read(ref _due) is >= 0 and var due ? due : Never;

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

        // The wheel takes an entry out of its slot before it looks at the due time, we set the time before we look at the slot:
        // one of the two sees what the other did.
        long due = DueAfter(after);
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

    /// <summary>Sets the deadline again after it fired, for an owner that finds it need not end yet.</summary>
    /// <param name="after">As in <see cref="Set"/>.</param>
    /// <returns>False when another thread has set or cleared it in the meantime, whose word holds.</returns>
    protected bool TryRenew(TimeSpan after)
    {
        long fired = Volatile.Read(ref _due);
        if (fired >= 0) return false;
        long due = after == Timeout.InfiniteTimeSpan ? Never : DueAfter(after);
        if (Interlocked.CompareExchange(ref _due, due, fired) != fired) return false;
        if (DeadlineWheel.TickOf(due) < ScheduledTick) _wheel.Schedule(this);
        return true;
    }

    /// <summary>Marks the deadline as fired if it still is what it was; false when somebody put it off in the meantime.</summary>
    internal bool TryTake(long due) => Interlocked.CompareExchange(ref _due, ~due, due) == due;

    internal void Expire() => OnExpired();

    private long DueAfter(TimeSpan after) => Math.Min(Furthest, _wheel.Now + Math.Clamp(after.Ticks, 0, Furthest));
}
