namespace Minimal.Http.Diagnostics;

/// <summary>
/// News of a <see cref="WireInspector"/>, from the moment of subscribing on. A reader that is too slow misses the oldest news and never holds
/// up a connection. One reader at a time; disposing from any thread.
/// </summary>
public sealed class WireSubscription : IDisposable
{
    internal WireSubscription()
    {
    }

    /// <summary>How much news was missed because the reader was too slow.</summary>
    public long Missed => 0;

    /// <summary>The news as it comes, until the subscription is disposed.</summary>
    public IAsyncEnumerable<WireEvent> ReadAllAsync(CancellationToken cancellation = default) => throw new NotSupportedException();

    /// <summary>Takes one piece of news if there is any.</summary>
    public bool TryRead(out WireEvent? news)
    {
        news = null;
        return false;
    }

    /// <summary>Ends the news.</summary>
    public void Dispose()
    {
    }
}
