using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>Reads what the client sends.</summary>
internal sealed class RequestLane(WireExchanges exchanges, Action<WireSpan> onSpan, WireReaderOptions options)
    : WireLane(WireDirection.FromClient, onSpan, options)
{
    // The request that asks for another protocol, until it is answered.
    private WireExchange? _asking;

    protected override int NumberOfNext => exchanges.Requests;

    /// <summary>A final response has come, or a 101.</summary>
    public void OnResponse(WireExchange exchange, bool isUpgraded)
    {
        if (isUpgraded)
        {
            OnAnswer(exchange);
            return;
        }

        if (_asking is null || exchange.Number < _asking.Number) return;
        _asking = null;
        OnAnswer(null);
    }

    /// <summary>No response will be understood any more.</summary>
    public void OnSilence()
    {
        _asking = null;
        OnAnswer(null);
    }

    protected override HeadScanner NewScanner() => default;

    protected override ProtocolRule? Parse(ReadOnlyMemory<byte> head, int start, MarkList marks, out HeadMeaning meaning)
    {
        meaning = default;
        var request = new RequestHead();
        request.Load(new(head), start);
        try
        {
            if (!new RequestHeadParser(request, marks).TryParse(out ProtocolRule? broken)) return broken;
            if (BodyFraming.Decide(request, out broken) is not { } framing) return broken;
            meaning = new HeadMeaning(new WireExchange(0, request.Method, request.Target, [.. request.Fields], 0, []), framing);
            return null;
        }
        finally
        {
            request.Release();
        }
    }

    protected override void OnHead(in HeadMeaning meaning)
    {
        WireExchange exchange = exchanges.Add(meaning.Exchange.Method, meaning.Exchange.Target, meaning.Exchange.RequestFields);
        bool asks = exchange.Method == "CONNECT" || exchange.Values(WireDirection.FromClient, "Upgrade").Count > 0;
        _asking = asks && exchanges.IsWaiting(exchange) ? exchange : null;
        BeginBody(meaning.Framing, exchange);
    }

    protected override void OnMessageEnd()
    {
        if (_asking is null) BeginHead();
        else AwaitAnswer();
    }
}
