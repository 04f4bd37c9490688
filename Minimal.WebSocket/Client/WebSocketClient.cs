using System.Net;
using System.Net.Security;
using Minimal.Http.Transports;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket.Client;

/// <summary>Opens a WebSocket in the client's role (RFC 6455 §4.1): name, TCP, TLS, handshake, all within one time.</summary>
internal static class WebSocketClient
{
    public static async ValueTask<WebSocketConnection> ConnectAsync(Uri uri, WebSocketOptions options, CancellationToken cancellation)
    {
        WebSocketTarget target = WebSocketTarget.From(uri);
        var handshake = new ClientHandshake(target, options);
        using var timeout = new CancellationTokenSource(options.ConnectTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellation);
        try
        {
            return await ConnectAsync(target, handshake, options, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested && !cancellation.IsCancellationRequested)
        {
            throw new TimeoutException($"The WebSocket was not open within {options.ConnectTimeout}.");
        }
    }

    /// <summary>Opens a WebSocket over a transport that is connected; the transport is the connection's from now on.</summary>
    public static async ValueTask<WebSocketConnection> ConnectAsync(
        Transport transport, ClientHandshake handshake, WebSocketOptions options, CancellationToken cancellation)
    {
        try
        {
            HandshakeAgreement agreement = await handshake.RunAsync(transport, cancellation).ConfigureAwait(false);
            var connection = new WebSocketConnection(transport, null, MaskingKeys.Instance, agreement, options, ClientDeadlines.For(options.Time));
            connection.Begin();
            if (!options.RequireDeflate || agreement.Deflate is not null) return connection;

            connection.BeginClose(CloseCode.MissingExtension, WebSocketRules.ExtensionMissing.Sentence);
            await connection.DisposeAsync().ConfigureAwait(false);
            throw new WebSocketHandshakeException(WebSocketRules.ExtensionMissing);
        }
        catch
        {
            transport.Abort();
            await transport.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async ValueTask<WebSocketConnection> ConnectAsync(
        WebSocketTarget target, ClientHandshake handshake, WebSocketOptions options, CancellationToken cancellation)
    {
        IPAddress[] addresses = IPAddress.TryParse(target.Host, out IPAddress? literal)
            ? [literal]
            : await Dns.GetHostAddressesAsync(target.Host, cancellation).ConfigureAwait(false);
        for (int i = 0; ; i++)
        {
            var endPoint = new IPEndPoint(addresses[i], target.Port);

            // RFC 6455 §4.1: one at a time to an address, so that nobody opens connections faster than they are answered.
            using OpeningQueue.Turn turn = options.ConnectAtOnce ? default : await OpeningQueue.WaitAsync(endPoint, cancellation).ConfigureAwait(false);
            Transport transport;
            try
            {
                transport = await SocketTransport.ConnectAsync(endPoint, cancellation).ConfigureAwait(false);
            }
            catch (Exception e) when (i + 1 < addresses.Length && e is not OperationCanceledException)
            {
                continue;
            }

            if (target.IsSecure) transport = await SecureAsync(transport, target.Host, options, cancellation).ConfigureAwait(false);
            return await ConnectAsync(transport, handshake, options, cancellation).ConfigureAwait(false);
        }
    }

    private static async ValueTask<Transport> SecureAsync(Transport transport, string host, WebSocketOptions options, CancellationToken cancellation)
    {
        var stream = new SslStream(transport.AsStream());
        var tls = new SslClientAuthenticationOptions { TargetHost = host, ApplicationProtocols = [SslApplicationProtocol.Http11] };
        options.ConfigureTls?.Invoke(tls);
        try
        {
            await stream.AuthenticateAsClientAsync(tls, cancellation).ConfigureAwait(false);
            return new StreamTransport(stream, transport);
        }
        catch
        {
            transport.Abort();
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }
}
