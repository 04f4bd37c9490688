namespace Minimal.Http.Topics;

/// <summary>One call of <see cref="Topic.WaitAsync"/>: a waiter that completes a task.</summary>
internal sealed class TopicWait : TopicWaiter
{
    private readonly TaskCompletionSource _news = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Topic _topic;

    private TopicWait(Topic topic, Cursor after)
    {
        _topic = topic;
        Cursor = after;
    }

    public static async Task RunAsync(Topic topic, Cursor after, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var wait = new TopicWait(topic, after);
        if (!topic.Register(wait)) throw new TopicException(TopicRules.TooManyWaiters);

        using CancellationTokenRegistration registration = cancellation.UnsafeRegister(static (wait, token) => ((TopicWait)wait!).Cancel(token), wait);
        await wait._news.Task.ConfigureAwait(false);
    }

    protected internal override void OnNews() => _news.SetResult();

    // Of news and cancellation the one that takes the waiter out of the list decides.
    private void Cancel(CancellationToken cancellation)
    {
        if (_topic.Unregister(this)) _news.SetCanceled(cancellation);
    }
}
