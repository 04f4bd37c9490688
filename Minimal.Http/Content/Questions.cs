using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Minimal.Http.Content;

/// <summary>
/// Ways to read a request that go beyond bytes. What cannot be read is answered here, with a 4xx that says why: null then means that
/// the handler has nothing more to do.
/// </summary>
public static class Questions
{
    /// <summary>How much of a JSON or form body is read unless told otherwise, 1 MiB.</summary>
    public const int DefaultMaxBytes = 1024 * 1024;

    /// <summary>The query, decoded.</summary>
    /// <returns>Null when it was malformed; the client has been answered 400.</returns>
    public static async ValueTask<UrlValues?> ReadQueryAsync(this HttpExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (UrlValues.TryParse(exchange.Request.QueryBytes, out UrlValues values)) return values;
        await exchange.RespondAsync(400, "400 Bad Request: the query has too many values\n");
        return null;
    }

    /// <summary>The cookies.</summary>
    public static Cookies ReadCookies(this HttpExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return Cookies.Read(exchange.Request.Fields);
    }

    /// <summary>A form of type <c>application/x-www-form-urlencoded</c>.</summary>
    /// <returns>Null when it was of another type (415) or malformed (400); the client has been answered.</returns>
    /// <exception cref="HttpProtocolException">It was too large (413), too slow or cut short.</exception>
    public static async ValueTask<UrlValues?> ReadFormAsync(this HttpExchange exchange, int maxBytes = DefaultMaxBytes)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (!await IsReadableAsync(exchange, MediaType.Is(exchange.Request.Fields.First("Content-Type"), "application/x-www-form-urlencoded"), "application/x-www-form-urlencoded")) return null;
        byte[] body = await exchange.RequestBody.ReadAllAsync(maxBytes);
        if (UrlValues.TryParse(body, out UrlValues values)) return values;
        await exchange.RespondAsync(400, "400 Bad Request: the form is malformed\n");
        return null;
    }

    /// <summary>A body of type <c>application/json</c>, or of one that ends with <c>+json</c>.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="type">How it is read: of a source-generated <c>JsonSerializerContext</c>.</param>
    /// <param name="maxBytes">The most that is read; beyond: 413.</param>
    /// <returns>Null when it was of another type (415), or not such a value (400); the client has been answered.</returns>
    /// <inheritdoc cref="ReadFormAsync" path="/exception" />
    public static async ValueTask<T?> ReadJsonAsync<T>(this HttpExchange exchange, JsonTypeInfo<T> type, int maxBytes = DefaultMaxBytes)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(type);
        if (!await IsReadableAsync(exchange, MediaType.IsJson(exchange.Request.Fields.First("Content-Type")), "application/json")) return null;
        byte[] body = await exchange.RequestBody.ReadAllAsync(maxBytes);
        string why;
        try
        {
            if (JsonSerializer.Deserialize(body, type) is { } value) return value;
            why = "it is null";
        }
        catch (JsonException e)
        {
            why = $"at line {e.LineNumber + 1}, byte {e.BytePositionInLine}";
        }

        await exchange.RespondAsync(400, $"400 Bad Request: the body is not the JSON that is wanted here ({why})\n");
        return null;
    }

    // RFC 9110 §15.5.16: 415, with Accept-Encoding only when it was the coding that is not known.
    private static async ValueTask<bool> IsReadableAsync(HttpExchange exchange, bool isType, string wanted)
    {
        if (exchange.Request.Fields.Combined("Content-Encoding") is { } coding && !coding.Equals("identity", StringComparison.OrdinalIgnoreCase))
        {
            exchange.Response.Fields.Set("Accept-Encoding", "identity");
            await exchange.RespondAsync(415, "415 Unsupported Media Type: the body is read as it is, without a content coding\n");
            return false;
        }

        if (isType) return true;
        await exchange.RespondAsync(415, $"415 Unsupported Media Type: the body is read as {wanted}\n");
        return false;
    }
}
