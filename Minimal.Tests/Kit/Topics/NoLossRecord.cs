using System.Text;
using System.Text.Json;
using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>
/// Tells a client what a JSON object of <see cref="NdjsonStream"/> says, and of the transports that send the same ones: a message, or one of the records
/// <c>open</c>, <c>gap</c>, <c>end</c> and <c>error</c>.
/// </summary>
public static class NoLossRecord
{
    /// <summary>Tells the client.</summary>
    /// <exception cref="NoLossException">It is no such object.</exception>
    public static void Tell(NoLossClient client, string json)
    {
        ArgumentNullException.ThrowIfNull(client);
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            Tell(client, document.RootElement);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new NoLossException($"A client got \"{json}\", which is no record.");
        }
    }

    /// <summary>Reads a cursor.</summary>
    /// <exception cref="NoLossException">It is none.</exception>
    public static Cursor Cursor(string? text) =>
        Minimal.Http.Topics.Cursor.TryParse(text, out Cursor cursor) ? cursor : throw new NoLossException($"A client got the cursor \"{text}\".");

    internal static void Tell(NoLossClient client, JsonElement record)
    {
        Cursor id = CursorOf(record, "id");
        if (record.TryGetProperty("data", out JsonElement data))
        {
            bool isBase64 = record.TryGetProperty("encoding", out _);
            client.Message(id, isBase64 ? data.GetBytesFromBase64() : Bytes(data));
            return;
        }

        switch (record.GetProperty("type").GetString())
        {
            case "open" or "error":
                client.Place(id);
                break;
            case "gap":
                client.Gap(CursorOf(record, "from"), CursorOf(record, "to"));
                client.Place(id);
                break;
            case "end":
                client.Place(id);
                client.End();
                break;
            default:
                throw new NoLossException($"A client got the record {record}, which is unknown.");
        }
    }

    internal static Cursor CursorOf(JsonElement json, string name) => Cursor(json.GetProperty(name).GetString());

    private static byte[] Bytes(JsonElement data) => Encoding.UTF8.GetBytes(data.ValueKind == JsonValueKind.String ? data.GetString()! : data.GetRawText());
}
