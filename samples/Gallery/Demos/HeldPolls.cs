using System.Collections.Concurrent;
using Minimal.Http;
using Minimal.Http.Topics;

namespace Minimal.Gallery.Demos;

/// <summary>Long polls whose answers have a shape of their own: held until a topic has news, the time is over, or the same client asks again. Thread-safe.</summary>
internal sealed class HeldPolls(Topic topic, TimeSpan hold)
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _byClient = new(StringComparer.Ordinal);

    /// <summary>Where a client begins: behind the cursor that it gives, else behind the newest message.</summary>
    /// <returns>Null when what it gave is no cursor; the client has been answered.</returns>
    public async ValueTask<Cursor?> BeginAsync(HttpExchange exchange, string? after)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        if (after is null) return topic.End;
        if (TopicPosition.TryParse(after, out TopicPosition position)) return await topic.ResolveAsync(position);
        await exchange.RespondAsync(400, "400 Bad Request: after is a cursor, earliest or latest\n");
        return null;
    }

    /// <summary>Keeps a client waiting for what follows a cursor, and reads it.</summary>
    /// <param name="exchange">The poll.</param>
    /// <param name="after">Where the client stands.</param>
    /// <param name="client">Who it is; an earlier poll of the same client ends now. Null: somebody.</param>
    /// <returns>What followed, which may be nothing; null when the client has left.</returns>
    public async ValueTask<TopicBatch?> ReadAsync(HttpExchange exchange, Cursor after, string? client = null)
    {
        await exchange.RequestBody.ReadAllAsync(0);
        exchange.AbortOnHalfClose();
        exchange.ReleaseRequest();
        CancellationToken left = exchange.Aborted;

        // Not disposed of, for a later poll of the same client may cancel it at any time; without a timer it holds nothing.
        var superseded = new CancellationTokenSource();
        using var timedOut = new CancellationTokenSource(hold, exchange.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource([timedOut.Token, superseded.Token, left, exchange.Draining]);
        if (client is not null) Supersede(client, superseded);
        try
        {
            await topic.WaitAsync(after, over.Token);
        }
        catch (OperationCanceledException)
        {
            // Nothing new is an answer too, and so is the server's stop: the client asks whoever serves next.
        }
        finally
        {
            if (client is not null) _byClient.TryRemove(KeyValuePair.Create(client, superseded));
        }

        return left.IsCancellationRequested ? null : topic.Read(after);
    }

    private void Supersede(string client, CancellationTokenSource poll)
    {
        CancellationTokenSource? earlier = null;
        _byClient.AddOrUpdate(client, poll, (_, known) =>
        {
            earlier = known;
            return poll;
        });
        earlier?.Cancel();
    }
}
