using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Minimal.Http.Transports;
using Minimal.Samples;

namespace Minimal.WireTool;

/// <summary>A server somewhere: how to reach it, and what it is called in requests.</summary>
/// <param name="Host">A name or an address, without brackets.</param>
/// <param name="Port">A port.</param>
/// <param name="Target">The path and query of the URL.</param>
internal sealed record Remote(string Host, int Port, string Target)
{
    /// <summary>What stands in Host (RFC 9110 §7.2).</summary>
    public string Authority => Port == 80 ? Bracketed : string.Create(CultureInfo.InvariantCulture, $"{Bracketed}:{Port}");

    private string Bracketed => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host;

    /// <summary>Reads a URL of http or ws, or HOST:PORT.</summary>
    /// <exception cref="ToolException">It is none.</exception>
    public static Remote Parse(string text)
    {
        string url = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) || uri.Host.Length == 0) throw CommandLine.Wrong($"{text} is no URL");
        if (uri.Scheme is not ("http" or "ws")) throw CommandLine.Wrong($"{text}: wire speaks http and ws; TLS hides the bytes that it shows");
        return new Remote(uri.DnsSafeHost, uri.Port < 0 ? 80 : uri.Port, uri.PathAndQuery);
    }

    /// <summary>Reads PORT, HOST:PORT or [ADDRESS]:PORT, of which the first means loopback.</summary>
    public static Remote ParseListen(string text)
    {
        bool isPort = ushort.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port);
        return isPort ? new Remote("127.0.0.1", port, "/") : Parse(text);
    }

    /// <summary>Whether it is this machine, whoever asks.</summary>
    public bool IsLoopback => Host.Equals("localhost", StringComparison.OrdinalIgnoreCase) || (IPAddress.TryParse(Host, out IPAddress? address) && IPAddress.IsLoopback(address));

    /// <summary>The addresses behind the name.</summary>
    /// <exception cref="ToolException">There are none.</exception>
    public async Task<IPEndPoint[]> ResolveAsync()
    {
        try
        {
            return await Addresses.ResolveAsync(Host, Port);
        }
        catch (IOException)
        {
            throw new ToolException(ExitCode.Impossible, $"{Host} has no address");
        }
    }

    /// <summary>A new connection, within a time.</summary>
    /// <exception cref="ToolException">There is none.</exception>
    public async Task<SocketTransport> ConnectAsync(TimeSpan patience, TimeProvider time)
    {
        using var bound = new CancellationTokenSource(patience, time);
        try
        {
            return await ConnectAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            throw new ToolException(ExitCode.Impossible, $"{Authority} does not take a connection in time");
        }
    }

    /// <summary>A new connection, to the first address that takes it.</summary>
    /// <exception cref="ToolException">None does.</exception>
    public async Task<SocketTransport> ConnectAsync(CancellationToken cancellation)
    {
        string reason = "it has no address";
        foreach (IPEndPoint endPoint in await ResolveAsync())
        {
            try
            {
                return await SocketTransport.ConnectAsync(endPoint, cancellation);
            }
            catch (SocketException e)
            {
                reason = e.Message;
            }
        }

        throw new ToolException(ExitCode.Impossible, $"cannot connect to {Authority}: {reason}");
    }
}
