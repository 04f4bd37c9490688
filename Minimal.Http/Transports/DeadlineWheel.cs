using System.Numerics;

namespace Minimal.Http.Transports;

/// <summary>
/// All deadlines of a server: a wheel of slots, 100 ms each, with one timer that is set to the next slot in which anything
/// stands. Ten thousand idle connections cost no ticks, and putting a deadline off costs one write: an entry that turns out
/// to be due later is moved when its slot comes round.
/// </summary>
/// <remarks>Thread-safe. Times are ticks of 100 ns since the wheel was made.</remarks>
public sealed class DeadlineWheel : IDisposable
{
    private const int Slots = 512;
    private const long TickLength = TimeSpan.TicksPerMillisecond * 100;

    // Timers take no more than some 49 days.
    private const long LongestWait = TimeSpan.TicksPerDay;

    private readonly TimeProvider _time;
    private readonly long _origin;
    private readonly ITimer _timer;
    private readonly Lock _lock = new();
    private readonly Deadline?[] _slots = new Deadline?[Slots];
    private readonly ulong[] _occupied = new ulong[Slots / 64];
    private long _turned;
    private long _timerTick = Deadline.Never;

    /// <summary>A wheel driven by that clock.</summary>
    public DeadlineWheel(TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        _time = time;
        _origin = time.GetTimestamp();
        _timer = time.CreateTimer(static wheel => ((DeadlineWheel)wheel!).Turn(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>The clock behind the wheel.</summary>
    public TimeProvider Time => _time;

    /// <summary>How many entries stand in the wheel; cleared ones stay until their slot comes round.</summary>
    public int Count { get; private set; }

    internal long Now => _time.GetElapsedTime(_origin).Ticks;

    /// <summary>Stops the timer; nothing fires any more.</summary>
    public void Dispose() => _timer.Dispose();

    // A deadline fires with the first tick that does not lie before it.
    internal static long TickOf(long due) => due == Deadline.Never ? Deadline.Never : (due + TickLength - 1) / TickLength;

    internal void Schedule(Deadline entry)
    {
        lock (_lock)
        {
            long tick = TickOf(entry.Due);
            if (tick >= entry.ScheduledTick) return;
            Unlink(entry);
            Link(entry, Math.Max(tick, _turned + 1));
            SetTimer(entry.ScheduledTick);
        }
    }

    internal void Remove(Deadline entry)
    {
        lock (_lock) Unlink(entry);
    }

    /// <summary>Fires everything that is due. Entries that were put off move on to their new slot.</summary>
    private void Turn()
    {
        // Not a chain through the entries: as soon as one is out of its slot, another thread may set it and so link it anew.
        List<Deadline>? due = null;
        lock (_lock)
        {
            _timerTick = Deadline.Never;
            long now = Now, tick = now / TickLength;
            for (long next = NextOccupied(_turned + 1); next <= tick; next = NextOccupied(next + 1))
            {
                EmptySlot((int)(next % Slots), now, ref due);
                if (next - _turned >= Slots) break;
            }

            _turned = Math.Max(_turned, tick);
            SetTimer(NextOccupied(_turned + 1));
        }

        if (due is null) return;
        foreach (Deadline entry in due) entry.Expire();
    }

    private void EmptySlot(int slot, long now, ref List<Deadline>? due)
    {
        Deadline? entry = _slots[slot];
        while (entry is not null)
        {
            Deadline? next = entry.Next;
            Unlink(entry);
            Judge(entry, now, ref due);
            entry = next;
        }
    }

    /// <summary>An entry without a slot fires, or gets another one. Other threads set and clear it meanwhile: each look at its time is one look.</summary>
    private void Judge(Deadline entry, long now, ref List<Deadline>? due)
    {
        while (true)
        {
            long when = entry.Due;
            if (when == Deadline.Never) return;
            if (when > now)
            {
                Link(entry, Math.Max(TickOf(when), (now / TickLength) + 1));
                return;
            }

            if (!entry.TryTake(when)) continue;
            (due ??= []).Add(entry);
            return;
        }
    }

    private void Link(Deadline entry, long tick)
    {
        int slot = (int)(tick % Slots);
        entry.ScheduledTick = tick;
        entry.Previous = null;
        entry.Next = _slots[slot];
        if (entry.Next is { } neighbour) neighbour.Previous = entry;
        _slots[slot] = entry;
        _occupied[slot / 64] |= 1UL << (slot % 64);
        Count++;
    }

    private void Unlink(Deadline entry)
    {
        if (entry.ScheduledTick == Deadline.Never) return;
        int slot = (int)(entry.ScheduledTick % Slots);
        if (entry.Next is { } next) next.Previous = entry.Previous;
        if (entry.Previous is { } previous) previous.Next = entry.Next;
        else _slots[slot] = entry.Next;
        if (_slots[slot] is null) _occupied[slot / 64] &= ~(1UL << (slot % 64));
        entry.ScheduledTick = Deadline.Never;
        entry.Next = entry.Previous = null;
        Count--;
    }

    /// <summary>The first tick from <paramref name="tick"/> on in whose slot something stands; never when the wheel is empty.</summary>
    private long NextOccupied(long tick)
    {
        int start = (int)(tick % Slots);
        for (int step = 0; step <= _occupied.Length; step++)
        {
            int word = ((start / 64) + step) % _occupied.Length;
            ulong bits = _occupied[word];
            if (step == 0) bits &= ~0UL << (start % 64);
            if (bits == 0) continue;
            int slot = (word * 64) + BitOperations.TrailingZeroCount(bits);
            return tick + ((slot - start + Slots) % Slots);
        }

        return Deadline.Never;
    }

    /// <summary>Has the wheel turn at that tick, if it does not turn before.</summary>
    private void SetTimer(long tick)
    {
        if (tick >= _timerTick) return;
        _timerTick = tick;
        long wait = (tick * TickLength) - Now;
        _timer.Change(TimeSpan.FromTicks(Math.Clamp(wait, TimeSpan.TicksPerMillisecond, LongestWait)), Timeout.InfiniteTimeSpan);
    }
}
