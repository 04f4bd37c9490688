namespace Minimal.Http;

/// <summary>
/// A handler, or a part of one, that depends on how its server is configured. A server asks its handler before it starts, and a router its routes; middleware
/// that is a class can pass the question on.
/// </summary>
public interface IServerPart
{
    /// <summary>Refuses a server that it cannot work in.</summary>
    /// <exception cref="ArgumentException">Why; the server does not start.</exception>
    void CheckAgainst(HttpServerOptions options);
}
