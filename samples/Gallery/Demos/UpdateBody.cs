using System.Text.Json;
using System.Text.Json.Serialization;
using Minimal.Http;
using Minimal.Http.Content;

namespace Minimal.Gallery.Demos;

/// <summary>The body of an update: new data as JSON, bare or as <c>{"data": …}</c>, for what a client was told it may send back.</summary>
internal static class UpdateBody
{
    /// <summary>The new data as JSON in UTF-8.</summary>
    /// <returns>Null when it is none; the client has been answered 4xx.</returns>
    public static async ValueTask<byte[]?> ReadAsync(HttpExchange exchange, int maxBytes)
    {
        if (await exchange.ReadJsonAsync(UpdateJson.Default.JsonDocument, maxBytes) is not { } body) return null;
        using (body)
        {
            if (Unwrap(body.RootElement) is { } data) return data;
        }

        await exchange.RespondAsync(400, "400 Bad Request: there is half a character in it, which is no text (RFC 8259 §8.2)\n");
        return null;
    }

    private static byte[]? Unwrap(JsonElement json)
    {
        try
        {
            bool isWrapped = json.ValueKind == JsonValueKind.Object && json.TryGetProperty("data"u8, out _) && json.EnumerateObject().Count() == 1;
            return JsonSerializer.SerializeToUtf8Bytes(isWrapped ? json.GetProperty("data"u8) : json, UpdateJson.Default.JsonElement);
        }
        catch (Exception e) when (e is InvalidOperationException or JsonException or ArgumentException)
        {
            // "\ud800" is JSON by its grammar alone: it cannot be read as text, nor written.
            return null;
        }
    }
}

[JsonSerializable(typeof(JsonDocument))]
[JsonSerializable(typeof(JsonElement))]
internal sealed partial class UpdateJson : JsonSerializerContext;
