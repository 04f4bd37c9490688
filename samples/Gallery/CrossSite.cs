using Minimal.Http;
using Minimal.Http.Wire;

namespace Minimal.Gallery;

/// <summary>Requests that a page of another site can make a browser send without being asked for leave.</summary>
internal static class CrossSite
{
    // What a form can send (the Fetch standard's CORS-safelisted types); all else is asked for by a preflight, which nothing here grants.
    private static readonly string[] FormTypes = ["application/x-www-form-urlencoded", "multipart/form-data", "text/plain"];

    /// <summary>Whether a browser says that the request comes from elsewhere, and a form could have made it. Who sends no Origin is no browser.</summary>
    public static bool IsForgeable(RequestHead request) =>
        HasForeignOrigin(request) && IsFormType(request.Fields.First("Content-Type"));

    /// <summary>Whether a browser says that a page of another site had a part in the request.</summary>
    public static bool IsForeign(RequestHead request) =>
        HasForeignOrigin(request) || request.Fields.First("Sec-Fetch-Site") is not (null or "same-origin" or "none");

    /// <summary>Lets a handler see only what nobody can have forged; the rest gets 403.</summary>
    public static HttpHandler Guard(HttpHandler next) => exchange => IsForgeable(exchange.Request)
        ? exchange.RespondAsync(403, "403 Forbidden: pages of other sites do not publish here\n")
        : next(exchange);

    private static bool HasForeignOrigin(RequestHead request) =>
        request.Fields.Combined("Origin") is { } origin && !IsOwn(origin, request.Authority);

    private static bool IsOwn(string origin, string authority) =>
        origin.Equals($"http://{authority}", StringComparison.OrdinalIgnoreCase) || origin.Equals($"https://{authority}", StringComparison.OrdinalIgnoreCase);

    private static bool IsFormType(string? contentType) =>
        contentType is null || FormTypes.Contains(contentType.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase);
}
