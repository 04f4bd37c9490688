using System.Linq;
using System.Text;
using System.Text.Json;

namespace Minimal.Http.Topics;

/// <summary>Reads what <see cref="MessageJson"/> and the transports write. What is not so throws <see cref="JsonException"/>.</summary>
internal static class TopicClientJson
{
    /// <summary>The answer to a poll: the object of one topic, or a list of them.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="onTopic">Takes each: the topic's name, empty when it says none, and the batch.</param>
    /// <returns>Whether another client of the same name has taken this one's place.</returns>
    public static bool ReadAnswer(JsonElement answer, Action<string, TopicBatch> onTopic)
    {
        if (answer.ValueKind != JsonValueKind.Object) throw new JsonException("The answer is no object.");
        if (!answer.TryGetProperty("topics", out JsonElement topics)) onTopic("", ReadBatch(answer));
        else
        {
            foreach (JsonElement topic in topics.EnumerateArray()) onTopic(Member(topic, "topic").GetString()!, ReadBatch(topic));
        }

        return answer.TryGetProperty("superseded", out JsonElement superseded) && superseded.GetBoolean();
    }

    /// <summary>A message.</summary>
    public static TopicMessage ReadMessage(JsonElement message)
    {
        JsonElement data = Member(message, "data");
        bool isBase64 = message.TryGetProperty("encoding", out _);
        return new TopicMessage(ReadCursor(message, "id"), isBase64 ? data.GetBytesFromBase64() : Bytes(data), Text(message, "type"), Text(message, "key"));
    }

    /// <summary>A gap.</summary>
    public static TopicGap ReadGap(JsonElement gap) => new(ReadCursor(gap, "from"), ReadCursor(gap, "to"));

    /// <summary>A cursor.</summary>
    public static Cursor ReadCursor(JsonElement json, string name) =>
        Member(json, name) is { ValueKind: JsonValueKind.String } text && Cursor.TryParse(text.GetString(), out Cursor cursor) ? cursor : throw new JsonException($"{name} is no cursor.");

    /// <summary>A member that may be missing or null.</summary>
    public static string? Text(JsonElement json, string name) => json.TryGetProperty(name, out JsonElement text) ? text.GetString() : null;

    private static TopicBatch ReadBatch(JsonElement topic)
    {
        JsonElement gap = Member(topic, "gap");
        TopicMessage[] messages = [.. Member(topic, "messages").EnumerateArray().Select(ReadMessage)];
        return new TopicBatch(messages, ReadCursor(topic, "after"), gap.ValueKind == JsonValueKind.Null ? null : ReadGap(gap), Member(topic, "end").GetBoolean());
    }

    private static JsonElement Member(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out JsonElement member) ? member : throw new JsonException($"{name} is missing.");

    private static byte[] Bytes(JsonElement data)
    {
        if (data.ValueKind != JsonValueKind.String) return Encoding.UTF8.GetBytes(data.GetRawText());
        try
        {
            return Encoding.UTF8.GetBytes(data.GetString()!);
        }
        catch (InvalidOperationException)
        {
            // Half a character, as an escape: JSON that somebody published, and no text. It is handed out as it is.
            return Encoding.UTF8.GetBytes(data.GetRawText());
        }
    }
}
