namespace Minimal.Http.Diagnostics;

/// <summary>
/// Knows how to read what is inside of a body, or behind a <c>101 Switching Protocols</c>. This library knows neither event streams nor
/// WebSockets: the libraries that do bring such a type, and a program puts it into <see cref="WireReaderOptions.Contents"/>. Thread-safe.
/// </summary>
public abstract class WireContent
{
    /// <summary>A reader for the body of one message; null, unless told otherwise, when the body is none of this kind.</summary>
    /// <param name="exchange">The request, and the response where <paramref name="direction"/> is from the server.</param>
    /// <param name="direction">Whose body it is.</param>
    /// <param name="options">How long spans may be, and more.</param>
    public virtual WireContentReader? ReadBody(WireExchange exchange, WireDirection direction, WireReaderOptions options) => null;

    /// <summary>A reader for one direction of the connection behind a 101; null, unless told otherwise, when another protocol was agreed on.</summary>
    /// <param name="exchange">The request and the response with status 101.</param>
    /// <param name="direction">Which direction.</param>
    /// <param name="options">How long spans may be, and more.</param>
    public virtual WireContentReader? ReadUpgraded(WireExchange exchange, WireDirection direction, WireReaderOptions options) => null;
}
