using System.Buffers;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// A stream for a hidden iframe: a page that never ends, in which each record is a script that calls a function of the page around it, with
/// one object as <see cref="NdjsonStream"/> has it. <c>?callback=</c> names the function; <c>onRecord</c> unless it does.
/// </summary>
public sealed class ForeverFrame : TopicStreamTransport
{
    private static readonly SearchValues<char> NameCharacters = SearchValues.Create("$_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private readonly string _ancestors;

    /// <summary>A transport whose frames may stand in pages of the same origin, or of others as well.</summary>
    /// <param name="ancestors">The sources of <c>frame-ancestors</c> in Content-Security-Policy; only pages of the same origin unless set.</param>
    /// <exception cref="ArgumentException">The sources hold what no source does.</exception>
    public ForeverFrame(string ancestors = "'self'")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(ancestors);
        if (ancestors.AsSpan().ContainsAny(";,") || !HttpChars.IsFieldValue(ancestors)) throw new ArgumentException("Sources are separated by spaces.", nameof(ancestors));
        _ancestors = ancestors;
    }

    /// <inheritdoc />
    public override string Name => "frame";

    /// <inheritdoc />
    protected override async ValueTask<TopicStreamFormat?> ChooseFormatAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        string callback = QueryText.First(exchange.Request, "callback"u8) ?? "onRecord";
        if (IsName(callback)) return new FrameFormat(callback, _ancestors);
        await RefuseAsync(exchange, TopicRules.CallbackUnreadable);
        return null;
    }

    // name = part *( "." part ), at most 64 characters; part = ( ALPHA / "_" / "$" ) *( ALPHA / DIGIT / "_" / "$" )
    private static bool IsName(string text)
    {
        if (text.Length > 64) return false;
        foreach (string part in text.Split('.'))
        {
            if (part.Length == 0 || char.IsAsciiDigit(part[0])) return false;
            if (part.AsSpan().ContainsAnyExcept(NameCharacters)) return false;
        }

        return true;
    }
}
