using System.Net;
using System.Net.Sockets;
using Minimal.Http;
using Minimal.Http.Transports;
using Xunit;

namespace Minimal.Tests.Transports;

/// <summary>Unix domain sockets: the same server behind a file.</summary>
public sealed class UnixSocketTests
{
    [Fact]
    public async Task A_server_listens_on_a_file_and_on_a_port_at_once_and_takes_the_file_away()
    {
        string path = NewPath();
        await using (HttpServer server = Serve(new SocketListener(new UnixDomainSocketEndPoint(path)), new SocketListener(new IPEndPoint(IPAddress.Loopback, 0))))
        {
            await server.StartAsync();
            using HttpClient overFile = Client(new UnixDomainSocketEndPoint(path)), overPort = Client(server.EndPoints[1]);
            Assert.Equal("hello", await overFile.GetStringAsync("/"));
            Assert.Equal("hello", await overPort.GetStringAsync("/"));
        }

        Assert.False(File.Exists(path));
    }

    [Fact]
    public async Task A_file_that_a_killed_server_left_is_taken_over()
    {
        string path = NewPath();
        using (var killed = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
        {
            // Closing takes the file away where it was made, so it is elsewhere by then.
            killed.Bind(new UnixDomainSocketEndPoint($"{path}.made"));
            File.Move($"{path}.made", path);
        }

        Assert.True(File.Exists(path));

        await using HttpServer server = Serve(new SocketListener(new UnixDomainSocketEndPoint(path)));
        await server.StartAsync();
        using HttpClient client = Client(new UnixDomainSocketEndPoint(path));
        Assert.Equal("hello", await client.GetStringAsync("/"));
    }

    [Fact]
    public async Task A_file_behind_which_somebody_listens_is_left_alone()
    {
        string path = NewPath();
        await using HttpServer first = Serve(new SocketListener(new UnixDomainSocketEndPoint(path)));
        await first.StartAsync();

        await using var second = new SocketListener(new UnixDomainSocketEndPoint(path));
        IOException e = Assert.Throws<IOException>(() => second.Bind());
        Assert.Contains("somebody listens there", e.Message, StringComparison.Ordinal);

        using HttpClient client = Client(new UnixDomainSocketEndPoint(path));
        Assert.Equal("hello", await client.GetStringAsync("/"));
    }

    private static string NewPath() => Path.Combine(Path.GetTempPath(), $"minimal-{Guid.NewGuid():N}.sock");

    private static HttpServer Serve(params Listener[] listeners) => new(exchange => exchange.RespondAsync(200, "text/plain", "hello"u8.ToArray()), listeners);

    private static HttpClient Client(EndPoint endPoint)
    {
        var handler = new SocketsHttpHandler { ConnectCallback = async (_, cancellation) => (await SocketTransport.ConnectAsync(endPoint, cancellation)).AsStream() };
        return new HttpClient(handler) { BaseAddress = new Uri("http://a/") };
    }
}
