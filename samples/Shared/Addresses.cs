using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Minimal.Samples;

/// <summary>From the host that a person names to the addresses that a server takes, and back to a URL.</summary>
internal static class Addresses
{
    /// <exception cref="IOException">There is no such host.</exception>
    public static async Task<IPEndPoint[]> ResolveAsync(string host, int port)
    {
        if (IPAddress.TryParse(host, out IPAddress? address)) return [new IPEndPoint(address, port)];
        if (host.Equals("localhost", StringComparison.OrdinalIgnoreCase)) return Loopbacks(port);
        try
        {
            IPAddress[] found = await Dns.GetHostAddressesAsync(host);
            return [.. found.Select(each => new IPEndPoint(each, port))];
        }
        catch (SocketException e)
        {
            throw new IOException($"Cannot listen on {host}: it has no address", e);
        }
    }

    /// <summary>How a browser on this machine gets there.</summary>
    public static string Url(string host, int port)
    {
        bool isAny = IPAddress.TryParse(host, out IPAddress? address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any));
        string name = isAny ? "localhost" : address?.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : host;
        return port == 80 ? $"http://{name}" : $"http://{name}:{port}";
    }

    // Browsers try both for localhost. A port that the system chooses would be another one for each; then IPv4 alone must do.
    private static IPEndPoint[] Loopbacks(int port)
    {
        var old = new IPEndPoint(IPAddress.Loopback, port);
        return port == 0 || !HasAddress(IPAddress.IPv6Loopback) ? [old] : [old, new IPEndPoint(IPAddress.IPv6Loopback, port)];
    }

    private static bool HasAddress(IPAddress address) => NetworkInterface.GetAllNetworkInterfaces()
        .Any(network => network.GetIPProperties().UnicastAddresses.Any(own => own.Address.Equals(address)));
}
