using System.Text;
using Minimal.Http.Content;
using Minimal.Http.Wire;

namespace Minimal.Http.Routing;

/// <summary>
/// Chooses a handler by method and path. It answers by itself what no handler should have to: 404, 405 with Allow, 501, OPTIONS, and HEAD
/// by the handler of GET (RFC 9110 §9.1, §9.3.7, §15.5.6, §15.6.2).
/// </summary>
/// <remarks>Add the routes first, then serve; serving is thread-safe. Text in a pattern is stronger than a name, a name stronger than a rest.</remarks>
public sealed class Router : IServerPart
{
    // What RFC 9110 §9.3 and RFC 5789 define: known, even where no route has them.
    private static readonly HashSet<string> KnownMethods = new(StringComparer.Ordinal) { "GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS" };

    private readonly RouteNode _root = new();
    private readonly HashSet<string> _methods = new(StringComparer.Ordinal);
    private readonly List<IServerPart> _parts = [];

    /// <summary>A router is a handler.</summary>
    public static implicit operator HttpHandler(Router router) => router.HandleAsync;

    /// <summary>Adds a handler for a method and a pattern.</summary>
    /// <param name="method">A token, in the case in which it is sent: <c>GET</c>.</param>
    /// <param name="pattern">See <see cref="RoutePattern"/>.</param>
    /// <param name="handler">Finds the values of the pattern's names in <see cref="HttpExchange.Route"/>.</param>
    /// <exception cref="ArgumentException">The method or the pattern is malformed.</exception>
    /// <exception cref="InvalidOperationException">There is a route that this one could not be told from.</exception>
    public Router Map(string method, string pattern, HttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (!HttpChars.IsToken(method)) throw new ArgumentException("A method is a token (RFC 9110 §9.1).", nameof(method));
        _methods.Add(method);
        return Add(new Route(method, RoutePattern.Parse(pattern), handler));
    }

    /// <summary>Adds a handler for GET, and with it for HEAD.</summary>
    /// <inheritdoc cref="Map" path="/exception" />
    public Router Get(string pattern, HttpHandler handler) => Map("GET", pattern, handler);

    /// <summary>Adds a handler for POST.</summary>
    /// <inheritdoc cref="Map" path="/exception" />
    public Router Post(string pattern, HttpHandler handler) => Map("POST", pattern, handler);

    /// <summary>Adds a handler for PUT.</summary>
    /// <inheritdoc cref="Map" path="/exception" />
    public Router Put(string pattern, HttpHandler handler) => Map("PUT", pattern, handler);

    /// <summary>Adds a handler for DELETE.</summary>
    /// <inheritdoc cref="Map" path="/exception" />
    public Router Delete(string pattern, HttpHandler handler) => Map("DELETE", pattern, handler);

    /// <summary>
    /// Puts a handler, often another router, under a prefix: it gets everything there and below, whatever the method. A router that is mounted
    /// matches what stands behind the prefix.
    /// </summary>
    /// <param name="prefix">A pattern without <c>{*rest}</c>: <c>/demo/{name}</c>.</param>
    /// <param name="handler">The handler.</param>
    /// <inheritdoc cref="Map" path="/exception" />
    public Router Mount(string prefix, HttpHandler handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        RoutePattern pattern = RoutePattern.Parse(prefix);
        if (pattern.Segments[^1].Kind == RouteSegmentKind.Rest) throw new ArgumentException("A prefix has no rest.", nameof(prefix));
        return Add(new Route(null, pattern, handler));
    }

    /// <summary>Answers an exchange by the handler that its method and path name.</summary>
    public ValueTask HandleAsync(HttpExchange exchange)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        RequestHead request = exchange.Request;
        if (request.Form == TargetForm.Asterisk) return AnswerOptions(exchange, _methods);
        if (!KnownMethods.Contains(request.Method) && !_methods.Contains(request.Method)) return exchange.RespondAsync(501, "501 Not Implemented: this server does not know the method\n");

        Route? route = Find(exchange, out RouteNode? node);
        if (route is not null) return route.Handler(exchange);
        if (IsBarePrefix(exchange)) return exchange.RedirectAsync(308, WithSlash(request));
        if (node is null || node.Methods.Count == 0) return exchange.RespondAsync(404, "404 Not Found: there is nothing here\n");
        if (request.Method == "OPTIONS") return AnswerOptions(exchange, node.Methods);
        exchange.Response.Fields.Set("Allow", Allow(node.Methods));
        return exchange.RespondAsync(405, "405 Method Not Allowed: see Allow for what can be done here\n");
    }

    /// <inheritdoc />
    void IServerPart.CheckAgainst(HttpServerOptions options) => _parts.ForEach(part => part.CheckAgainst(options));

    private Route? Find(HttpExchange exchange, out RouteNode? node)
    {
        RouteValues outer = exchange.Route;
        var path = new PathSegments(PathOf(exchange.Request), stackalloc Range[32]);
        string method = exchange.Request.Method;
        node = _root.Find(path, outer.Depth);

        Route? route = node?.Find(method) ?? (method == "HEAD" ? node?.Find("GET") : null);
        int depth = outer.Depth;
        if (route is null && (node is null || node.Methods.Count == 0)) route = _root.FindMounted(path, outer.Depth, out depth);
        if (route is not null) exchange.Route = RouteValues.From(outer, route, path, depth);
        return route;
    }

    /// <summary>Whether the path is just the prefix under which this router is mounted: its pages stand below, behind a slash.</summary>
    private bool IsBarePrefix(HttpExchange exchange)
    {
        var path = new PathSegments(PathOf(exchange.Request), stackalloc Range[32]);
        return exchange.Route.Depth > 0 && exchange.Route.Depth == path.Count && _root.HasText("");
    }

    // http://host means http://host/ (RFC 9110 §4.2.3).
    private static ReadOnlySpan<byte> PathOf(RequestHead request) =>
        request.Form == TargetForm.Absolute && request.PathBytes.IsEmpty ? "/"u8 : request.PathBytes;

    private static string WithSlash(RequestHead request)
    {
        string path = Encoding.ASCII.GetString(request.PathBytes);
        return request.Query.Length > 0 ? $"{path}/?{request.Query}" : $"{path}/";
    }

    private Router Add(Route route)
    {
        if (route.Handler.Target is IServerPart part) _parts.Add(part);
        RouteNode node = _root;
        RouteSegment[] segments = route.Pattern.Segments;

        // A prefix that ends with a slash is the same prefix.
        int count = route.Method is null && segments[^1].Name.Length == 0 ? segments.Length - 1 : segments.Length;
        for (int i = 0; i < count; i++) node = node.Child(segments[i]);
        if (node.TryAdd(route)) return this;
        throw new InvalidOperationException($"There is a route for {route.Method ?? "everything"} at {route.Pattern} already, or one that looks the same.");
    }

    private static ValueTask AnswerOptions(HttpExchange exchange, IReadOnlyCollection<string> methods)
    {
        exchange.Response.Fields.Set("Allow", Allow(methods));
        return exchange.RespondAsync(204);
    }

    private static string Allow(IReadOnlyCollection<string> methods)
    {
        List<string> all = [.. methods];
        if (!all.Contains("OPTIONS")) all.Add("OPTIONS");
        if (all.Contains("GET") && !all.Contains("HEAD")) all.Add("HEAD");
        all.Sort(StringComparer.Ordinal);
        return string.Join(", ", all);
    }
}
