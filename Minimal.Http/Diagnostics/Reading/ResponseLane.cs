using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>Reads what the server sends.</summary>
internal sealed class ResponseLane(WireExchanges exchanges, RequestLane requests, Action<WireSpan> onSpan, WireReaderOptions options)
    : WireLane(WireDirection.FromServer, onSpan, options)
{
    private const int SwitchingProtocols = 101;

    protected override int NumberOfNext => exchanges.Next.Number;

    protected override HeadScanner NewScanner() => HeadScanner.ForResponse();

    protected override ProtocolRule? Parse(ReadOnlyMemory<byte> head, int start, MarkList marks, out HeadMeaning meaning)
    {
        meaning = default;
        if (new ResponseHeadParser(head.Span, marks).Parse(out ProtocolRule? broken) is not { } response) return broken;
        WireExchange request = exchanges.Next;
        string method = request.Method.Length > 0 ? request.Method : "GET";
        if (BodyFraming.Decide(response, method, out broken) is not { } framing) return broken;
        meaning = new HeadMeaning(request with { Status = response.Status, ResponseFields = [.. response.Fields] }, framing);
        return null;
    }

    protected override void OnHead(in HeadMeaning meaning)
    {
        WireExchange exchange = meaning.Exchange;
        bool isTunnel = exchange is { Method: "CONNECT", Status: >= 200 and < 300 };
        bool isUpgraded = exchange.Status == SwitchingProtocols || isTunnel;
        if (exchange.Status >= 200 || isUpgraded) exchanges.Answer();
        if (isUpgraded) BeginUpgraded(exchange);
        else BeginBody(meaning.Framing, exchange);
        if (exchange.Status >= 200 || isUpgraded) requests.OnResponse(exchange, isUpgraded);
    }

    protected override void OnMessageEnd() => BeginHead();

    protected override void OnBroken() => requests.OnSilence();
}
