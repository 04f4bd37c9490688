using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// Long polling (RFC 6202 §2): read; if there is nothing, wait, and read again. An answer without messages is a poll whose time was over: the
/// client asks again from the cursor that it got.
/// <para><c>?wait=</c> seconds; <c>?client=</c> names a tab, of which only the latest poll is held; several <c>?topic=name@cursor</c> are watched at once.</para>
/// </summary>
public sealed class LongPoll : TopicTransport
{
    internal const string TransportName = "long";
    private const int MaxWatched = 32;

    /// <inheritdoc />
    public override string Name => TransportName;

    /// <inheritdoc />
    public override async ValueTask RunAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(subscription);
        if (HoldTime.Decide(exchange.Request, subscription.Options, Random.Shared.NextDouble()) is not { } hold)
        {
            await TopicEndpoint.RefuseAsync(exchange, TopicRules.HoldUnreadable);
            return;
        }

        if (hold.Applied is not null) exchange.Response.Fields.Set("Preference-Applied", hold.Applied);
        PollAnswer answer = await PollAnswer.ReadAsync(subscription, subscription.After);
        if (!answer.IsEmpty || !MayHold(exchange, hold))
        {
            await answer.RespondAsync(exchange);
            return;
        }

        await HoldAsync(exchange, subscription, answer, hold.Time, ClientKey(exchange, subscription.Topic.Name));
    }

    /// <summary>Whether a poll names its topics with their cursors.</summary>
    internal static bool WatchesSeveral(RequestHead request) => request.QueryBytes.IndexOf("topic="u8) >= 0 && QueryText.All(request, "topic"u8) is var names
        && (names.Count > 1 || names.Exists(name => name.Contains('@', StringComparison.Ordinal)));

    /// <summary>A poll of several topics: it is answered with all of them as soon as one has news.</summary>
    internal static async ValueTask RunSeveralAsync(HttpExchange exchange, TopicEndpoint endpoint)
    {
        try
        {
            if (HoldTime.Decide(exchange.Request, endpoint.Options, Random.Shared.NextDouble()) is not { } hold)
            {
                await TopicEndpoint.RefuseAsync(exchange, TopicRules.HoldUnreadable);
                return;
            }

            if (await SubscribeAsync(exchange, endpoint) is not { } subscriptions) return;
            (TopicBatch[] batches, bool any) = await ReadAllAsync(subscriptions);
            if (!any && MayHold(exchange, hold))
            {
                HoldEnd end = await WaitAsync(exchange, endpoint, subscriptions, hold.Time, ClientKey(exchange, ""));
                if (end == HoldEnd.Left) return;
                if (end == HoldEnd.TooMany) throw new TopicException(TopicRules.TooManyHeld);
                (batches, _) = await ReadAllAsync(subscriptions);
            }

            await RespondAsync(exchange, subscriptions, batches);
        }
        catch (TopicException e)
        {
            await TopicEndpoint.RefuseAsync(exchange, e.Rule);
        }
    }

    // HEAD is answered at once and holds nobody; a server that stops does not begin to hold.
    private static bool MayHold(HttpExchange exchange, HoldTime hold) =>
        hold.Time > TimeSpan.Zero && exchange.Request.Method != "HEAD" && !exchange.Draining.IsCancellationRequested;

    // A client may poll several topics, each in its own request.
    private static string? ClientKey(HttpExchange exchange, string topic) =>
        QueryText.First(exchange.Request, "client"u8) is { Length: > 0 } client ? $"{client} {topic}" : null;

    private static async ValueTask HoldAsync(HttpExchange exchange, TopicSubscription subscription, PollAnswer answer, TimeSpan time, string? client)
    {
        long start = exchange.Time.GetTimestamp();
        exchange.ReleaseRequest();
        while (true)
        {
            TimeSpan left = time - exchange.Time.GetElapsedTime(start);
            TopicSubscription here = subscription with { After = answer.Next };
            HoldEnd end = left <= TimeSpan.Zero ? HoldEnd.TimedOut : await WaitAsync(exchange, subscription.Endpoint, [here], left, client);
            if (end == HoldEnd.Left) return;
            if (end == HoldEnd.TooMany)
            {
                await TopicEndpoint.RefuseAsync(exchange, TopicRules.TooManyHeld);
                return;
            }

            if (end == HoldEnd.Superseded)
            {
                await RespondSupersededAsync(exchange, here);
                return;
            }

            answer = await PollAnswer.ReadAsync(subscription, answer.Next);

            // News that this client filters out does not end its hold.
            if (answer.IsEmpty && end == HoldEnd.News) continue;
            await answer.RespondAsync(exchange);
            return;
        }
    }

    /// <summary>Waits until one of the topics has news behind its cursor.</summary>
    private static async ValueTask<HoldEnd> WaitAsync(HttpExchange exchange, TopicEndpoint endpoint, TopicSubscription[] subscriptions, TimeSpan time, string? client)
    {
        if (!endpoint.Held.TryEnter()) return HoldEnd.TooMany;
        var hold = new PollHold(endpoint.Held, exchange.Deadlines);
        var watchers = new PollHold.Watcher[subscriptions.Length];
        CancellationTokenRegistration left = default, drained = default;
        try
        {
            if (client is not null) endpoint.Held.Supersede(client, hold);
            for (int i = 0; i < watchers.Length; i++)
            {
                watchers[i] = new PollHold.Watcher(hold) { Cursor = subscriptions[i].After };
                if (!subscriptions[i].Topic.Register(watchers[i])) return HoldEnd.TooMany;
            }

            hold.Set(time);
            exchange.AbortOnHalfClose();
            left = exchange.Aborted.UnsafeRegister(static hold => ((PollHold)hold!).TryEnd(HoldEnd.Left), hold);
            drained = exchange.Draining.UnsafeRegister(static hold => ((PollHold)hold!).TryEnd(HoldEnd.Drained), hold);
            return await hold.Task;
        }
        finally
        {
            drained.Dispose();
            left.Dispose();
            hold.Remove();
            for (int i = 0; i < watchers.Length; i++)
            {
                if (watchers[i] is { } watcher) subscriptions[i].Topic.Unregister(watcher);
            }

            if (client is not null) endpoint.Held.Forget(client, hold);
            endpoint.Held.Leave();
        }
    }

    private static ValueTask RespondSupersededAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        var output = new ArrayBufferWriter<byte>();
        PollAnswer.Write(subscription, new TopicBatch(default, subscription.After), output, isSuperseded: true);
        return PollAnswer.RespondAsync(exchange, subscription.After.ToString(), output.WrittenMemory);
    }

    /// <summary>Reads <c>topic=name@cursor</c> as often as it stands there; null when it was refused, and answered.</summary>
    private static async ValueTask<TopicSubscription[]?> SubscribeAsync(HttpExchange exchange, TopicEndpoint endpoint)
    {
        List<string> names = QueryText.All(exchange.Request, "topic"u8);
        if (names.Count > MaxWatched) throw new TopicException(TopicRules.TooManyWatched);
        string? type = QueryText.First(exchange.Request, "type"u8);
        var subscriptions = new TopicSubscription[names.Count];
        for (int i = 0; i < names.Count; i++)
        {
            int at = names[i].LastIndexOf('@');
            TopicPosition position = endpoint.Options.Start;
            if (at >= 0 && !TopicPosition.TryParse(names[i].AsSpan(at + 1), out position)) throw new TopicException(TopicRules.CursorUnreadable);
            Topic topic = endpoint.Find(at < 0 ? names[i] : names[i][..at]);
            if (endpoint.Options.MayRead is { } mayRead && !await mayRead(exchange, topic))
            {
                if (!exchange.HasBegun) await TopicEndpoint.RefuseAsync(exchange, TopicRules.NotAllowed);
                return null;
            }

            subscriptions[i] = new TopicSubscription(endpoint, topic, await topic.ResolveAsync(position), type);
        }

        return subscriptions;
    }

    private static async ValueTask<(TopicBatch[] Batches, bool Any)> ReadAllAsync(TopicSubscription[] subscriptions)
    {
        var batches = new TopicBatch[subscriptions.Length];
        bool any = false;
        for (int i = 0; i < batches.Length; i++)
        {
            TopicSubscription subscription = subscriptions[i];
            batches[i] = await subscription.Topic.ReadOlderAsync(subscription.After, subscription.Options.MaxMessages, subscription.Options.MaxBytes);
            any |= !batches[i].IsEmpty;
        }

        return (batches, any);
    }

    private static ValueTask RespondAsync(HttpExchange exchange, TopicSubscription[] subscriptions, TopicBatch[] batches)
    {
        var output = new ArrayBufferWriter<byte>();
        output.Write("{\"topics\":["u8);
        for (int i = 0; i < batches.Length; i++)
        {
            if (i > 0) output.Write(","u8);
            string name = System.Text.Json.JsonEncodedText.Encode(subscriptions[i].Topic.Name).ToString();
            PollAnswer.Write(subscriptions[i], batches[i], output, Encoding.UTF8.GetBytes($"\"topic\":\"{name}\","));
        }

        output.Write("]}"u8);
        return PollAnswer.RespondAsync(exchange, null, output.WrittenMemory);
    }
}
