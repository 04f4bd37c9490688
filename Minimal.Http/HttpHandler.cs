namespace Minimal.Http;

/// <summary>
/// The application: answers one exchange. Everything optional is a function around it: middleware is <c>HttpHandler → HttpHandler</c>.
/// </summary>
/// <param name="exchange">The request and its response; not to be used when the returned task has ended.</param>
/// <returns>Ends when the response is written. If it fails before the response has begun, the client gets 500 without detail; else the connection is aborted, so that the cut is seen.</returns>
public delegate ValueTask HttpHandler(HttpExchange exchange);
