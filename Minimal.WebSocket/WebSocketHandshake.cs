using System.Linq;
using System.Text;
using Minimal.Http;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>The server's side of the opening handshake (RFC 6455 §4.2), on an exchange of HTTP.</summary>
public static class WebSocketHandshake
{
    private const string Protocol = "websocket";

    // Clients come in thousands at once, and what a handshake leaves behind stays in memory for a while: what they all say is not made anew.
    private static readonly string[][] Usual = [["websocket"], ["Upgrade"], ["keep-alive, Upgrade"], [HandshakeRequest.SupportedVersion]];

    /// <summary>Whether the request asks for a WebSocket at all, in order or not: it has <c>websocket</c> in Upgrade.</summary>
    public static bool IsAskedFor(RequestHead request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return request.Fields.HasMember("Upgrade", Protocol);
    }

    /// <summary>What the client asks for; nothing is agreed on yet.</summary>
    /// <param name="exchange">The exchange.</param>
    /// <param name="origins">Whose pages are welcome.</param>
    /// <param name="broken">The rule, when the answer is null; <see cref="RefuseAsync"/> answers with it.</param>
    public static HandshakeOffer? Read(HttpExchange exchange, OriginPolicy origins, out ProtocolRule? broken)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        RequestHead head = exchange.Request;
        var request = new HandshakeRequest
        {
            Method = head.Method,
            MinorVersion = head.MinorVersion,
            Host = head.Fields.CountOf("Host") == 1 ? [head.Authority] : [],
            Upgrade = Values(head.Fields, "Upgrade"),
            Connection = Values(head.Fields, "Connection"),
            Version = Values(head.Fields, "Sec-WebSocket-Version"),
            Key = Values(head.Fields, "Sec-WebSocket-Key"),
            Origin = Values(head.Fields, "Origin"),
            Protocols = Values(head.Fields, "Sec-WebSocket-Protocol"),
            Extensions = Values(head.Fields, "Sec-WebSocket-Extensions"),
        };
        return request.Decide(origins, out broken);
    }

    /// <summary>Answers with the rule's status and sentence, and with the fields that belong to the status.</summary>
    public static ValueTask RefuseAsync(HttpExchange exchange, ProtocolRule rule)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        ArgumentNullException.ThrowIfNull(rule);
        FieldSection fields = exchange.Response.Fields;
        if (rule.Code == 405) fields.Set("Allow", "GET");
        if (rule.Code == 426)
        {
            fields.Set("Upgrade", Protocol);                                               // RFC 9110 §15.5.22
            fields.Set("Sec-WebSocket-Version", HandshakeRequest.SupportedVersion);        // RFC 6455 §4.4
        }

        return exchange.RespondAsync(rule.Code, $"{rule.Code}: {rule}\n");
    }

    /// <summary>Decides what is agreed on, and answers 101 with it.</summary>
    /// <exception cref="InvalidOperationException">The subprotocol that was chosen is none that the client listed (RFC 6455 §4.2.2).</exception>
    internal static async ValueTask<AcceptedHandshake> AcceptAsync(
        HttpExchange exchange, HandshakeOffer offer, WebSocketOptions options)
    {
        HandshakeAgreement agreement = Agree(offer, options);

        // A GET may have a body, and what follows it is frames. A body that is not there is not asked for, for it would be an object.
        if (HasBody(exchange.Request)) await exchange.RequestBody.CopyToAsync(Stream.Null);
        return new AcceptedHandshake(await exchange.SwitchProtocolsAsync(Protocol, Fields(offer, agreement)), agreement);
    }

    private static bool HasBody(RequestHead request) => request.Fields.Contains("Content-Length") || request.Fields.Contains("Transfer-Encoding");

    private static HandshakeAgreement Agree(HandshakeOffer offer, WebSocketOptions options)
    {
        string? protocol = options.ChooseSubprotocol is { } choose ? choose(offer.Protocols) : Subprotocols.Choose(offer.Protocols, options.Subprotocols);
        if (protocol is not null && !offer.Protocols.Contains(protocol))
        {
            throw new InvalidOperationException($"The client did not list the subprotocol '{protocol}' (RFC 6455 §4.2.2).");
        }

        return new HandshakeAgreement(protocol, WebSocketOptions.IsDeflateSupported && options.Deflate is { } policy ? DeflateOffer.Answer(offer.Extensions, policy) : null);
    }

    private static HttpField[] Fields(HandshakeOffer offer, HandshakeAgreement agreement)
    {
        var accept = new HttpField("Sec-WebSocket-Accept", HandshakeKey.Accept(offer.Key));
        if (agreement is { Protocol: null, Deflate: null }) return [accept];

        List<HttpField> fields = [accept];
        if (agreement.Protocol is { } protocol) fields.Add(new HttpField("Sec-WebSocket-Protocol", protocol));
        if (agreement.Deflate is { } deflate) fields.Add(new HttpField("Sec-WebSocket-Extensions", deflate.ToString()));
        return [.. fields];
    }

    private static string[] Values(HttpFields fields, string name)
    {
        string[] values = [];
        for (int at = fields.Next(name, 0); at >= 0; at = fields.Next(name, at + 1))
        {
            values = values.Length == 0 ? One(fields.ValueBytes(at)) : [.. values, .. One(fields.ValueBytes(at))];
        }

        return values;
    }

    private static string[] One(ReadOnlySpan<byte> value)
    {
        foreach (string[] usual in Usual)
        {
            if (Ascii.Equals(value, usual[0])) return usual;
        }

        return [Encoding.Latin1.GetString(value)];
    }
}

/// <summary>A handshake that was answered with 101: the connection from there on, and what was agreed on.</summary>
internal readonly record struct AcceptedHandshake(UpgradedConnection Wire, HandshakeAgreement Agreement);
