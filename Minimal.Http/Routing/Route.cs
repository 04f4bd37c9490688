namespace Minimal.Http.Routing;

/// <summary>A handler at a method and a pattern; without a method it is mounted there, for all methods and everything below.</summary>
internal sealed record Route(string? Method, RoutePattern Pattern, HttpHandler Handler)
{
    public int ValueCount => Pattern.ValueCount;
}
