using System.Buffers;
using System.IO.Pipelines;
using System.Linq;
using System.Security.Cryptography;
using System.Text;
using Minimal.Http.Transports;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket.Client;

/// <summary>The client's side of one opening handshake (RFC 6455 §4.1): the request, and the judgement of the reply.</summary>
internal sealed class ClientHandshake
{
    // Interim responses before the reply; more are no reply.
    private const int MaxInterim = 8;

    private readonly string _key;
    private readonly byte[] _request;
    private readonly WebSocketOptions _options;
    private readonly DeflateParameters? _offer;

    /// <summary>A handshake with a key of its own.</summary>
    /// <exception cref="ArgumentException">A subprotocol is no token or comes twice, or a field is malformed or the handshake's own.</exception>
    public ClientHandshake(WebSocketTarget target, WebSocketOptions options)
    {
        Span<byte> nonce = stackalloc byte[HandshakeKey.NonceBytes];
        RandomNumberGenerator.Fill(nonce);
        _key = HandshakeKey.From(nonce);
        _options = options;
        _offer = WebSocketOptions.IsDeflateSupported && options.Deflate is { } policy ? new DeflateParameters(policy.ServerNoContextTakeover, policy.ClientNoContextTakeover) : null;
        _request = Encoding.Latin1.GetBytes(Request(target));
    }

    /// <summary>Sends the request, and reads the reply up to the end of its head: what follows is frames.</summary>
    /// <exception cref="WebSocketHandshakeException">The reply is not one that RFC 6455 §4.1 asks for.</exception>
    /// <exception cref="IOException">The connection was lost.</exception>
    public async ValueTask<HandshakeAgreement> RunAsync(Transport transport, CancellationToken cancellation)
    {
        transport.Output.Write(_request);
        await transport.Output.FlushAsync(cancellation).ConfigureAwait(false);
        for (int interim = 0; interim <= MaxInterim; interim++)
        {
            ResponseHead head = await ReadHeadAsync(transport.Input, cancellation).ConfigureAwait(false);
            if (head.Status is 101 or >= 200) return Judge(head);
        }

        throw new WebSocketHandshakeException(WebSocketRules.ReplyStatus);
    }

    private static IReadOnlyList<string> Values(FieldSection fields, string name) =>
        [.. fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    private HandshakeAgreement Judge(ResponseHead head)
    {
        var reply = new HandshakeReply
        {
            Status = head.Status,
            Upgrade = Values(head.Fields, "Upgrade"),
            Connection = Values(head.Fields, "Connection"),
            Accept = Values(head.Fields, "Sec-WebSocket-Accept"),
            Protocol = Values(head.Fields, "Sec-WebSocket-Protocol"),
            Extensions = Values(head.Fields, "Sec-WebSocket-Extensions"),
        };
        return reply.Decide(_key, _options.Subprotocols, _offer, out ProtocolRule? broken) ?? throw new WebSocketHandshakeException(broken!, head);
    }

    private async ValueTask<ResponseHead> ReadHeadAsync(PipeReader input, CancellationToken cancellation)
    {
        var scanner = HeadScanner.ForResponse();
        while (true)
        {
            ReadResult read = await input.ReadAsync(cancellation).ConfigureAwait(false);
            ReadOnlySequence<byte> buffer = read.Buffer;
            ParseStatus status = scanner.Scan(buffer, _options.ReplyLimits, out ProtocolRule? broken);
            if (status == ParseStatus.Complete)
            {
                ResponseHead? head = new ResponseHeadParser(buffer.Slice(scanner.Start, scanner.Length - scanner.Start).ToArray()).Parse(out broken);
                input.AdvanceTo(buffer.GetPosition(scanner.Length));
                return head ?? throw new WebSocketHandshakeException(broken!);
            }

            input.AdvanceTo(buffer.Start, buffer.End);
            if (status == ParseStatus.Invalid) throw new WebSocketHandshakeException(broken!);
            if (read.IsCompleted) throw new IOException("The server closed the connection before it answered.");
        }
    }

    private string Request(WebSocketTarget target)
    {
        var text = new StringBuilder();
        text.Append("GET ").Append(target.ResourceName).Append(" HTTP/1.1\r\nHost: ").Append(target.Authority).Append("\r\n");
        text.Append("Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ").Append(_key).Append("\r\nSec-WebSocket-Version: 13\r\n");
        if (Subprotocols.Request(_options.Subprotocols) is { } protocols) text.Append("Sec-WebSocket-Protocol: ").Append(protocols).Append("\r\n");
        if (_offer is not null) text.Append("Sec-WebSocket-Extensions: ").Append(_offer).Append("\r\n");
        foreach (HttpField field in CheckedFields()) text.Append(field.Name).Append(": ").Append(field.Value).Append("\r\n");
        return text.Append("\r\n").ToString();
    }

    // A section of fields takes nothing in that could end a line, and nothing that frames a message.
    private FieldSection CheckedFields()
    {
        FieldSection section = new ResponseHead().Fields;
        foreach (HttpField field in _options.Fields)
        {
            bool isOurs = field.Name.Equals("Host", StringComparison.OrdinalIgnoreCase) || field.Name.Equals("Upgrade", StringComparison.OrdinalIgnoreCase)
                || field.Name.StartsWith("Sec-WebSocket-", StringComparison.OrdinalIgnoreCase);
            if (isOurs) throw new ArgumentException($"The handshake writes {field.Name} itself.");
            section.Add(field.Name, field.Value);
        }

        return section;
    }
}
