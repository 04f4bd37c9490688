namespace Minimal.Http.Topics;

/// <summary>
/// A list through the waiters themselves, in a circle around a node that is nobody. Adding, removing and joining two lists take
/// no walk. Not thread-safe.
/// </summary>
internal sealed class WaiterList
{
    private readonly Nobody _around = new();

    public WaiterList() => Clear();

    public TopicWaiter? First => _around.Next == _around ? null : _around.Next;

    public void Add(TopicWaiter waiter)
    {
        Join(_around.Previous!, waiter);
        Join(waiter, _around);
    }

    /// <summary>Takes a waiter out of the list that it is in, whichever that is.</summary>
    public static void Remove(TopicWaiter waiter)
    {
        Join(waiter.Previous!, waiter.Next!);
        waiter.Next = waiter.Previous = null;
    }

    /// <summary>Moves all waiters of another list to the end of this one.</summary>
    public void TakeAll(WaiterList other)
    {
        if (other.First is not { } first) return;

        Join(_around.Previous!, first);
        Join(other._around.Previous!, _around);
        other.Clear();
    }

    private void Clear() => Join(_around, _around);

    private static void Join(TopicWaiter left, TopicWaiter right)
    {
        left.Next = right;
        right.Previous = left;
    }

    private sealed class Nobody : TopicWaiter
    {
        protected internal override void OnNews()
        {
        }
    }
}
