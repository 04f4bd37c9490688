using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace Minimal.Http.Diagnostics;

/// <summary>
/// News of a <see cref="WireInspector"/>, from the moment of subscribing on. A reader that is too slow misses the oldest news and never holds
/// up a connection. One reader at a time; disposing from any thread.
/// </summary>
public sealed class WireSubscription : IDisposable
{
    private readonly WireInspector _inspector;
    private readonly Channel<WireEvent> _news;
    private long _missed;

    internal WireSubscription(WireInspector inspector, int capacity)
    {
        _inspector = inspector;
        var options = new BoundedChannelOptions(capacity) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true };
        _news = Channel.CreateBounded<WireEvent>(options, _ => Interlocked.Increment(ref _missed));
    }

    /// <summary>How much news was missed because the reader was too slow.</summary>
    public long Missed => Volatile.Read(ref _missed);

    /// <summary>The news as it comes, until the subscription is disposed.</summary>
    public IAsyncEnumerable<WireEvent> ReadAllAsync(CancellationToken cancellation = default) => _news.Reader.ReadAllAsync(cancellation);

    /// <summary>Takes one piece of news if there is any.</summary>
    public bool TryRead([NotNullWhen(true)] out WireEvent? news) => _news.Reader.TryRead(out news);

    /// <summary>Ends the news; what waits can still be read.</summary>
    public void Dispose()
    {
        _inspector.Remove(this);
        _news.Writer.TryComplete();
    }

    internal void Tell(WireEvent news) => _news.Writer.TryWrite(news);
}
