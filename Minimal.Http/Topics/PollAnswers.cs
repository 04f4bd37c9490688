using System.Runtime.CompilerServices;

namespace Minimal.Http.Topics;

/// <summary>
/// Makes the answers of an endpoint's polls, and keeps the last one of each topic: after a broadcast nearly all polls stand at one place and
/// want the same, and so do those whose time is over. Thread-safe.
/// </summary>
internal sealed class PollAnswers
{
    // What is kept beside the topic's own messages; what follows a broadcast is small.
    private const int MaxKeptBytes = 64 * 1024;

    private readonly ConditionalWeakTable<Topic, Latest> _latest = [];

    /// <summary>Reads behind where a subscription stands, and makes the answer if it is not there yet.</summary>
    public ValueTask<PollAnswer> ReadAsync(TopicSubscription subscription)
    {
        if (subscription.Type is not null) return MakeAsync(subscription, null);
        Latest latest = _latest.GetValue(subscription.Topic, static _ => new Latest());

        // One look: another thread may put a newer one in its place at any time.
        return latest.Answer is { } known && known.IsFor(subscription) ? new ValueTask<PollAnswer>(known.Answer) : MakeAsync(subscription, latest);
    }

    private static ValueTask<PollAnswer> MakeAsync(TopicSubscription subscription, Latest? latest)
    {
        // Looked at before the messages are, so that an answer is taken for older than it is, if anything.
        var made = new Made(subscription);
        ValueTask<TopicBatch> reading = subscription.Topic.ReadOlderAsync(subscription.After, subscription.Options.MaxMessages, subscription.Options.MaxBytes);
        return reading.IsCompletedSuccessfully ? new ValueTask<PollAnswer>(Make(subscription, reading.Result, made, latest)) : AwaitAsync(subscription, reading, made, latest);
    }

    private static async ValueTask<PollAnswer> AwaitAsync(TopicSubscription subscription, ValueTask<TopicBatch> reading, Made made, Latest? latest) =>
        Make(subscription, await reading, made, latest);

    private static PollAnswer Make(TopicSubscription subscription, in TopicBatch batch, Made made, Latest? latest)
    {
        PollAnswer answer = PollAnswer.Write(subscription, batch);
        if (latest is not null && answer.Next == made.End && batch.IsEnd == made.IsCompleted && answer.Length <= MaxKeptBytes) latest.Answer = new Kept(made, answer);
        return answer;
    }

    /// <summary>For which reader an answer is right: one that stands there, while the topic is like that.</summary>
    private readonly record struct Made(Cursor After, Cursor End, Cursor Start, bool IsCompleted)
    {
        public Made(TopicSubscription subscription)
            : this(subscription.After, subscription.Topic.End, subscription.Topic.Start, subscription.Topic.IsCompleted)
        {
        }
    }

    private sealed record Kept(Made For, PollAnswer Answer)
    {
        public bool IsFor(TopicSubscription subscription) => For == new Made(subscription);
    }

    private sealed class Latest
    {
        private Kept? _answer;

        public Kept? Answer
        {
            get => Volatile.Read(ref _answer);
            set => Volatile.Write(ref _answer, value);
        }
    }
}
