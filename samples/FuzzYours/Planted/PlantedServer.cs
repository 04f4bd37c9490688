using System.Net;
using System.Net.Sockets;

namespace Minimal.FuzzYours.Planted;

/// <summary>
/// A small server by hand: <c>/</c> echoes, <c>/topic</c> is polled, <c>/ws</c> echoes frames. It is strict but for the bugs that it is given.
/// One thread of control for each connection; nothing bounds its memory. It is there to be found faults with, not to serve.
/// </summary>
internal sealed class PlantedServer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly IReadOnlySet<PlantedBug> _bugs;
    private readonly PlantedTopic _topic;
    private readonly Task _accepting;

    public PlantedServer(IReadOnlySet<PlantedBug> bugs)
    {
        _bugs = bugs;
        _topic = new PlantedTopic(bugs);
        _listener.Start();
        _accepting = AcceptAsync();
    }

    /// <summary>Where it listens, with a slash at the end.</summary>
    public Uri Url => new($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}/");

    public async ValueTask DisposeAsync()
    {
        _listener.Dispose();
        await _accepting;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true) _ = ServeAsync(await _listener.AcceptTcpClientAsync());
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
        {
            // It was disposed.
        }
    }

    private async Task ServeAsync(TcpClient client)
    {
        await Task.Yield();
        using (client)
        {
            client.NoDelay = true;
            var input = new PlantedInput(client.GetStream());
            try
            {
                await new PlantedConnection(input, client.GetStream(), _bugs, _topic).RunAsync();
            }
            catch (IOException)
            {
                // The client has left.
            }
        }
    }
}
