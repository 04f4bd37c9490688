using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>A waiter that counts how often it was told, and does what a test wants then.</summary>
internal sealed class TestWaiter : TopicWaiter
{
    private readonly Action<TestWaiter>? _onNews;
    private int _calls;

    public TestWaiter(Cursor cursor, bool staysRegistered = false, Action<TestWaiter>? onNews = null)
        : base(staysRegistered)
    {
        Cursor = cursor;
        _onNews = onNews;
    }

    public int Calls => Volatile.Read(ref _calls);

    protected internal override void OnNews()
    {
        Interlocked.Increment(ref _calls);
        _onNews?.Invoke(this);
    }
}
