using System.Globalization;
using Minimal.Http.Wire;

namespace Minimal.Http.Routing;

/// <summary>The server's side of CORS, around a handler (Fetch standard, CORS protocol).</summary>
public static class Cors
{
    /// <summary>Answers preflights, and marks other answers so that allowed pages may read them. It refuses nothing: a request without Origin, or from elsewhere, goes through unmarked.</summary>
    /// <exception cref="ArgumentException">Every origin is allowed, with credentials: browsers refuse that. Or a method or field that is listed is no token.</exception>
    public static HttpHandler WithCors(this HttpHandler next, CorsOptions options)
    {
        ArgumentNullException.ThrowIfNull(next);
        ArgumentNullException.ThrowIfNull(options);
        if (options is { Origins: null, Credentials: true }) throw new ArgumentException("Credentials go with a list of origins only.", nameof(options));
        CheckTokens(options.Methods, nameof(options));
        CheckTokens(options.RequestFields, nameof(options));
        CheckTokens(options.ExposedFields, nameof(options));
        return exchange => IsPreflight(exchange.Request) ? AnswerPreflight(exchange, options) : PassOn(exchange, next, options);
    }

    /// <summary>Marks an answer for the page that asked.</summary>
    /// <returns>Whether the origin may read it, or there is none.</returns>
    public static bool Apply(HttpExchange exchange, CorsOptions options)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(options);
        FieldSection fields = exchange.Response.Fields;
        if (options.Origins is not null) fields.Add("Vary", "Origin");
        if (exchange.Request.Fields.First("Origin") is not { } origin) return true;
        if (!options.Allows(origin)) return false;

        fields.Set("Access-Control-Allow-Origin", options.Origins is null ? "*" : origin);
        if (options.Credentials) fields.Set("Access-Control-Allow-Credentials", "true");
        return true;
    }

    private static ValueTask PassOn(HttpExchange exchange, HttpHandler next, CorsOptions options)
    {
        bool isCross = Apply(exchange, options) && exchange.Request.Fields.Contains("Origin");
        if (isCross && options.ExposedFields.Count > 0) exchange.Response.Fields.Set("Access-Control-Expose-Headers", string.Join(", ", options.ExposedFields));
        return next(exchange);
    }

    // RFC 9110 §5.6.1.1: no list that is sent has an empty member.
    private static void CheckTokens(IReadOnlyCollection<string> list, string parameter)
    {
        foreach (string member in list)
        {
            if (!HttpChars.IsToken(member)) throw new ArgumentException($"'{member}' is no name of a method or field.", parameter);
        }
    }

    private static bool IsPreflight(RequestHead request) =>
        request.Method == "OPTIONS" && request.Fields.Contains("Origin") && request.Fields.Contains("Access-Control-Request-Method");

    private static ValueTask AnswerPreflight(HttpExchange exchange, CorsOptions options)
    {
        if (Apply(exchange, options))
        {
            FieldSection fields = exchange.Response.Fields;
            if (options.Methods.Count > 0) fields.Set("Access-Control-Allow-Methods", string.Join(", ", options.Methods));
            if (options.RequestFields.Count > 0) fields.Set("Access-Control-Allow-Headers", string.Join(", ", options.RequestFields));
            fields.Set("Access-Control-Max-Age", ((long)options.MaxAge.TotalSeconds).ToString(CultureInfo.InvariantCulture));
        }

        return exchange.RespondAsync(204);
    }
}
