using System.Buffers;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Minimal.Http.Content;

/// <summary>Ways to answer that go beyond bytes and text.</summary>
public static class Answers
{
    private static readonly SearchValues<char> NoUriCharacters = SearchValues.Create("\"<>\\^`{|}");

    /// <summary>Answers with a value as JSON.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="value">The value.</param>
    /// <param name="type">How it is written: of a source-generated <c>JsonSerializerContext</c>, so that no reflection is needed.</param>
    /// <param name="status">A final status; 200 by default.</param>
    public static ValueTask RespondJsonAsync<T>(this HttpExchange exchange, T value, JsonTypeInfo<T> type, int status = 200)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        return exchange.RespondAsync(status, "application/json", JsonSerializer.SerializeToUtf8Bytes(value, type));
    }

    /// <summary>Sends the client elsewhere (RFC 9110 §15.4).</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="status">301, 302, 303, 307 or 308.</param>
    /// <param name="location">A URI reference, percent-encoded.</param>
    /// <exception cref="ArgumentException">The status is no redirection, or the location holds what no URI does.</exception>
    public static ValueTask RedirectAsync(this HttpExchange exchange, int status, string location)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        if (status is not (301 or 302 or 303 or 307 or 308)) throw new ArgumentException("A redirection has status 301, 302, 303, 307 or 308.", nameof(status));
        SetLocation(exchange, location);
        return exchange.RespondAsync(status, $"See {location}\n");
    }

    /// <summary>Says that something was made, and where it is (RFC 9110 §15.3.2).</summary>
    /// <exception cref="ArgumentException">The location holds what no URI does.</exception>
    public static ValueTask CreatedAsync(this HttpExchange exchange, string location)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        SetLocation(exchange, location);
        return exchange.RespondAsync(201);
    }

    /// <summary>Answers with what a stream holds: with a Content-Length when it knows its length, else in chunks.</summary>
    public static async ValueTask RespondAsync(this HttpExchange exchange, int status, string contentType, Stream content)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(content);
        exchange.Response.Status = status;
        exchange.Response.Fields.Set("Content-Type", contentType);
        if (content.CanSeek) exchange.Response.ContentLength = content.Length - content.Position;
        await content.CopyToAsync(exchange.ResponseBody, exchange.Aborted);
    }

    /// <summary>Tells the client when to come again (RFC 9110 §10.2.3): whole seconds, rounded up.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The time is negative.</exception>
    public static void RetryAfter(this HttpExchange exchange, TimeSpan after)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentOutOfRangeException.ThrowIfLessThan(after, TimeSpan.Zero);
        exchange.Response.Fields.Set("Retry-After", ((long)Math.Ceiling(after.TotalSeconds)).ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Gives the client a cookie to keep.</summary>
    public static void SetCookie(this HttpExchange exchange, SetCookie cookie)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(cookie);
        exchange.Response.Fields.Add("Set-Cookie", cookie.ToString());
    }

    /// <summary>Refuses for want of a login (RFC 9110 §15.5.2).</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="challenge">A scheme with its parameters: <c>Basic realm="here"</c>.</param>
    public static ValueTask ChallengeAsync(this HttpExchange exchange, string challenge)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        exchange.Response.Fields.Set("WWW-Authenticate", challenge);
        return exchange.RespondAsync(401, "401 Unauthorized: say who you are\n");
    }

    private static void SetLocation(HttpExchange exchange, string location)
    {
        ArgumentException.ThrowIfNullOrEmpty(location);
        if (location.AsSpan().ContainsAnyExceptInRange('!', '~') || location.AsSpan().ContainsAny(NoUriCharacters)) throw new ArgumentException("A location is a URI reference, percent-encoded.", nameof(location));
        exchange.Response.Fields.Set("Location", location);
    }
}
