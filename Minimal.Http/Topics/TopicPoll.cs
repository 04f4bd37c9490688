using System.Buffers;

namespace Minimal.Http.Topics;

/// <summary>What a poll asks for: one topic, or several at once. It moves on as it is read. Not thread-safe.</summary>
internal sealed class TopicPoll
{
    private readonly TopicSubscription[] _subscriptions;
    private readonly bool _isOfSeveral;

    /// <summary>A poll of one topic.</summary>
    public TopicPoll(TopicSubscription subscription) => _subscriptions = [subscription];

    /// <summary>A poll of several topics, perhaps of one only, whose answer has a list of them.</summary>
    public TopicPoll(TopicSubscription[] subscriptions)
    {
        _subscriptions = subscriptions;
        _isOfSeveral = true;
    }

    public TopicEndpoint Endpoint => _subscriptions[0].Endpoint;

    /// <summary>Where it stands.</summary>
    public IReadOnlyList<TopicSubscription> Subscriptions => _subscriptions;

    /// <summary>What a client's next poll must ask for to take the place of this one: each topic may be polled on its own.</summary>
    public string Place => _isOfSeveral ? "" : _subscriptions[0].Topic.Name;

    private TopicEndpointOptions Options => Endpoint.Options;

    /// <summary>Reads what there is.</summary>
    public async ValueTask<PollAnswer> ReadAsync()
    {
        if (_isOfSeveral) return await ReadSeveralAsync();
        PollAnswer answer = await Endpoint.Answers.ReadAsync(_subscriptions[0]);
        MoveTo(0, answer.Next!.Value);
        return answer;
    }

    /// <summary>The answer to a poll whose client has sent another.</summary>
    public PollAnswer Supersede()
    {
        TopicBatch[] nothing = Array.ConvertAll(_subscriptions, subscription => new TopicBatch(default, subscription.After));
        return _isOfSeveral ? WriteSeveral(nothing, isSuperseded: true) : PollAnswer.Write(_subscriptions[0], nothing[0], isSuperseded: true);
    }

    /// <summary>The bounds are those of the whole answer; but one message of each topic always goes, or a busy one would leave nothing for those behind it, ever.</summary>
    private async ValueTask<PollAnswer> ReadSeveralAsync()
    {
        var batches = new TopicBatch[_subscriptions.Length];
        int messages = Options.MaxMessages, bytes = Options.MaxBytes;
        for (int i = 0; i < batches.Length; i++)
        {
            TopicSubscription subscription = _subscriptions[i];
            batches[i] = await subscription.Topic.ReadOlderAsync(subscription.After, Math.Max(1, messages), Math.Max(1, bytes));
            messages -= batches[i].Messages.Length;
            foreach (ref readonly TopicMessage message in batches[i].Messages.Span) bytes -= message.Data.Length;
        }

        PollAnswer answer = WriteSeveral(batches);
        for (int i = 0; i < batches.Length; i++) MoveTo(i, batches[i].Next);
        return answer;
    }

    private PollAnswer WriteSeveral(TopicBatch[] batches, bool isSuperseded = false)
    {
        var output = new ArrayBufferWriter<byte>();
        bool isEmpty = true;
        output.Write("{\"topics\":["u8);
        for (int i = 0; i < batches.Length; i++)
        {
            if (i > 0) output.Write(","u8);
            isEmpty &= PollAnswer.Write(_subscriptions[i], batches[i], output, isNamed: true);
        }

        output.Write(isSuperseded ? "],\"superseded\":true}"u8 : "]}"u8);
        return new PollAnswer(output.WrittenMemory, isEmpty);
    }

    private void MoveTo(int at, Cursor next)
    {
        if (_subscriptions[at].After != next) _subscriptions[at] = _subscriptions[at] with { After = next };
    }
}
