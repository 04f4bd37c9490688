using System.Buffers;
using System.Linq;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>What a client wants to know of a configuration, and what it knows already. Immutable.</summary>
internal abstract class ConfigQuestion
{
    /// <summary>What a client's next question must be about to take the place of this one.</summary>
    public virtual string Place => "";

    /// <summary>Whether there is anything that the client does not know. Called by sweeps, so it is short.</summary>
    public abstract bool IsAnswered(ConfigIndex index);

    /// <summary>Tells what the client does not know; or, when it has asked again meanwhile, that it is to stop, as far as the form can say so.</summary>
    public abstract ValueTask RespondAsync(HttpExchange exchange, ConfigIndex index, bool isSuperseded);
}

/// <summary>One key, and the entity tags of the values that the client has (RFC 9110 §13.1.2).</summary>
internal sealed class ConfigCondition(string key, string tags) : ConfigQuestion
{
    // A page may watch several keys, each in a request of its own.
    public override string Place => key;

    public override bool IsAnswered(ConfigIndex index) => !Matches(index.Find(key));

    public override ValueTask RespondAsync(HttpExchange exchange, ConfigIndex index, bool isSuperseded)
    {
        // One look: value, tag and id belong together.
        if (index.Find(key) is not { } value) return TopicEndpoint.RefuseAsync(exchange, TopicRules.NoSuchKey);
        FieldSection fields = exchange.Response.Fields;
        fields.Set("Cache-Control", "no-store");
        fields.Set("ETag", value.ETag);
        fields.Set("Last-Event-ID", value.Id.ToString());
        if (Matches(value)) return exchange.RespondAsync(304);
        fields.Set("X-Content-Type-Options", "nosniff");
        return exchange.RespondAsync(200, value.ContentType, value.Data);
    }

    // If-None-Match = "*" / #entity-tag, compared weakly: W/"1" is "1" (RFC 9110 §8.8.3.2).
    private bool Matches(ConfigValue? value) => value is not null
        && (tags == "*" || FieldList.Split(tags, ',').Exists(tag => (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag) == value.ETag));
}

/// <summary>Keys, and the MD5 of each value that the client has; nothing where it has none (after Nacos).</summary>
internal sealed class ConfigDigests(IReadOnlyList<KeyValuePair<string, string>> digests) : ConfigQuestion
{
    public override bool IsAnswered(ConfigIndex index) => digests.Any(digest => IsChanged(digest, index));

    public override ValueTask RespondAsync(HttpExchange exchange, ConfigIndex index, bool isSuperseded)
    {
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        string[] changed = isSuperseded ? [] : [.. digests.Where(digest => IsChanged(digest, index)).Select(digest => digest.Key).Distinct()];
        if (changed.Length == 0) return exchange.RespondAsync(200);

        var output = new ArrayBufferWriter<byte>();
        output.Write("{\"changed\":["u8);
        for (int i = 0; i < changed.Length; i++)
        {
            if (i > 0) output.Write(","u8);
            MessageJson.WriteString(changed[i], output);
        }

        output.Write("]}"u8);
        return exchange.RespondAsync(200, "application/json", output.WrittenMemory);
    }

    private static bool IsChanged(KeyValuePair<string, string> digest, ConfigIndex index) =>
        !(index.Find(digest.Key)?.Md5 ?? "").Equals(digest.Value, StringComparison.OrdinalIgnoreCase);
}

/// <summary>Keys, and the place behind which the client has seen nothing of each (after Apollo's notification ids).</summary>
internal sealed class ConfigPlaces(IReadOnlyList<(string Key, Cursor After)> places) : ConfigQuestion
{
    public override bool IsAnswered(ConfigIndex index) => places.Any(place => IsChanged(place.After, index.Find(place.Key), index.Topic));

    public override ValueTask RespondAsync(HttpExchange exchange, ConfigIndex index, bool isSuperseded)
    {
        // Up to there everything is taken in, so a change that this answer does not tell is behind it.
        Cursor at = index.CatchUp();
        var output = new ArrayBufferWriter<byte>();
        output.Write("{\"after\":\""u8);
        MessageJson.WriteCursor(at, output);
        output.Write("\",\"changed\":["u8);
        if (!isSuperseded) WriteChanged(index, output);
        output.Write(isSuperseded ? "],\"superseded\":true}"u8 : "]}"u8);
        exchange.Response.Fields.Set("Cache-Control", "no-store");
        exchange.Response.Fields.Set("Last-Event-ID", at.ToString());
        return exchange.RespondAsync(200, "application/json", output.WrittenMemory);
    }

    private void WriteChanged(ConfigIndex index, ArrayBufferWriter<byte> output)
    {
        bool any = false;
        foreach ((string key, Cursor after) in places)
        {
            ConfigValue? value = index.Find(key);
            if (!IsChanged(after, value, index.Topic)) continue;
            output.Write(any ? ",{\"key\":"u8 : "{\"key\":"u8);
            any = true;
            MessageJson.WriteString(key, output);
            output.Write(",\"id\":"u8);
            MessageJson.WriteString(value?.Id.ToString(), output);
            output.Write("}"u8);
        }
    }

    // A key without a value has not changed, as far as the topic can tell: what it drove out, or had in another life, it cannot.
    private static bool IsChanged(Cursor after, ConfigValue? value, Topic topic)
    {
        Cursor end = topic.End;
        bool isKnown = after.Epoch == end.Epoch && after.Sequence <= end.Sequence;
        return value is null ? !isKnown || after.Sequence < topic.Horizon : !isKnown || value.Id.Sequence > after.Sequence;
    }
}
