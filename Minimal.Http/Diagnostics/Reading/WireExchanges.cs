using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>Which response belongs to which request: they come in the same order (RFC 9112 §9.3.2).</summary>
internal sealed class WireExchanges(int most)
{
    private readonly Queue<WireExchange> _waiting = new();
    private int _answered;

    /// <summary>How many requests there were: the number of the one that comes next.</summary>
    public int Requests { get; private set; }

    /// <summary>The exchange that the next response belongs to; of a request that was not seen whole, only the number is known.</summary>
    public WireExchange Next => _waiting.TryPeek(out WireExchange? exchange) ? exchange : new WireExchange(_answered, "", "", [], 0, []);

    /// <summary>A request's head is complete.</summary>
    public WireExchange Add(string method, string target, IReadOnlyList<HttpField> fields)
    {
        var exchange = new WireExchange(Requests++, method, target, fields, 0, []);

        // A server may have answered before it had the whole head; and behind one request that is forgotten, all are.
        bool isNext = exchange.Number == _answered + _waiting.Count;
        if (isNext && _waiting.Count < most) _waiting.Enqueue(exchange);
        return exchange;
    }

    /// <summary>Whether an answer to it is still to come.</summary>
    public bool IsWaiting(WireExchange exchange) => exchange.Number >= _answered;

    /// <summary>The response to <see cref="Next"/> was the final one.</summary>
    public void Answer()
    {
        _waiting.TryDequeue(out _);
        _answered++;
    }
}
