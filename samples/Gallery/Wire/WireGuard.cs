using System.Net;
using Minimal.Http;

namespace Minimal.Gallery.Wire;

/// <summary>
/// Who may look at the wire: whoever sees it sees what others send. Without more, that is who comes from this machine, from a page of this
/// server's own.
/// </summary>
/// <param name="isForAll">Whether those of other machines may too.</param>
/// <param name="host">A name of this server besides <c>localhost</c>.</param>
internal sealed class WireGuard(bool isForAll = false, string? host = null)
{
    // Whom a proxy on this machine passes on, comes from elsewhere.
    private static readonly string[] PassedOn = ["Forwarded", "X-Forwarded-For", "X-Real-IP", "Via"];

    /// <summary>Whether the request of this exchange may see the wire.</summary>
    public bool Admits(HttpExchange exchange) =>
        IsNamed(exchange.Request.Authority)
        && !CrossSite.IsForeign(exchange.Request)
        && (isForAll || (IsLoopback(exchange.RemoteEndPoint) && !Array.Exists(PassedOn, exchange.Request.Fields.Contains)));

    /// <summary>Lets a handler see only those who are admitted; the rest gets 403.</summary>
    public HttpHandler Guard(HttpHandler next) => exchange => Admits(exchange)
        ? next(exchange)
        : exchange.RespondAsync(403, "403 Forbidden: the wire shows itself to the pages of its own machine; the switch --wire shows it to all\n");

    // A page of another site can have its own name lead to this address (DNS rebinding), and is then of one origin with us. An address cannot
    // be made to lead elsewhere, nor can localhost.
    private bool IsNamed(string authority) =>
        Uri.TryCreate($"http://{authority}/", UriKind.Absolute, out Uri? uri)
        && (uri.HostNameType is UriHostNameType.IPv4 or UriHostNameType.IPv6 || IsName(uri.Host, "localhost") || (host is not null && IsName(uri.Host, host)));

    private static bool IsName(string given, string own) => given.Equals(own, StringComparison.OrdinalIgnoreCase);

    private static bool IsLoopback(EndPoint? peer) =>
        peer is IPEndPoint { Address: var address } && IPAddress.IsLoopback(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address);
}
