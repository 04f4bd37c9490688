using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Minimal.Testing;

namespace Minimal.Tests.Oracles;

/// <summary>
/// Another server on a port of this machine. The program behind it answers each request with a field <c>X-Saw</c> that tells what it saw:
/// base64 of method, LF, target, LF, content.
/// </summary>
internal abstract class RequestOracle : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public abstract string Name { get; }

    protected int Port { get; } = FreePort();

    /// <summary>Sends bytes and the end of the connection, and reads the answers to their end.</summary>
    public async Task<RequestReading> ReadAsync(ReadOnlyMemory<byte> bytes)
    {
        using var enough = new CancellationTokenSource(Patience, TimeProvider.System);
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), enough.Token);
        var answers = new MemoryStream();
        try
        {
            await using var stream = new NetworkStream(socket);
            await stream.WriteAsync(bytes, enough.Token);
            socket.Shutdown(SocketShutdown.Send);
            await stream.CopyToAsync(answers, enough.Token);
        }
        catch (Exception e) when (e is IOException or SocketException or OperationCanceledException)
        {
            // A reset, or no answer: what was answered before counts.
        }

        return Parse(Encoding.Latin1.GetString(answers.ToArray()));
    }

    public abstract ValueTask DisposeAsync();

    /// <summary>What tells a client what was seen.</summary>
    protected static string Tell(string method, string target, ReadOnlySpan<byte> content) =>
        Convert.ToBase64String([.. Encoding.Latin1.GetBytes($"{method}\n{target}\n"), .. content]);

    /// <summary>Waits until somebody listens on the port.</summary>
    protected async Task WaitForPortAsync()
    {
        for (int turn = 0; turn < 200; turn++)
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port));
                return;
            }
            catch (SocketException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System);
            }
        }

        throw new TimeoutException($"{Name} does not listen.");
    }

    protected static int FreePort()
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    /// <summary>A final answer without <c>X-Saw</c> is a refusal.</summary>
    private static RequestReading Parse(string answers)
    {
        var requests = new List<SeenRequest>();
        string stop = "";
        foreach (Match match in Regex.Matches(answers, @"HTTP/1\.[01] ([2-5]\d\d)(.*?)\r\n\r\n", RegexOptions.Singleline))
        {
            string fields = match.Groups[2].Value;
            Match saw = Regex.Match(fields, @"\r\nX-Saw: (\S+)", RegexOptions.IgnoreCase), error = Regex.Match(fields, @"\r\nX-Error: (\S+)", RegexOptions.IgnoreCase);
            if (saw.Success) requests.Add(Read(saw.Groups[1].Value));
            else stop = error.Success ? error.Groups[1].Value : match.Groups[1].Value;
        }

        return new RequestReading(requests, stop);
    }

    private static SeenRequest Read(string told)
    {
        byte[] bytes = Convert.FromBase64String(told);
        int first = Array.IndexOf(bytes, (byte)'\n'), second = Array.IndexOf(bytes, (byte)'\n', first + 1);
        return SeenRequest.Of(Encoding.Latin1.GetString(bytes, 0, first), Encoding.Latin1.GetString(bytes, first + 1, second - first - 1), bytes.AsSpan(second + 1));
    }
}
