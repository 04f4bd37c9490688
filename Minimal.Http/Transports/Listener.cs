using System.Net;

namespace Minimal.Http.Transports;

/// <summary>
/// A place where connections come in. Decorators (TLS, PROXY protocol) wrap <c>onConnection</c>, so that a slow handshake
/// holds up nobody.
/// </summary>
public abstract class Listener : IAsyncDisposable
{
    /// <summary>Takes the address and begins to queue connections. Called once, before <see cref="RunAsync"/>.</summary>
    /// <returns>The address taken; with port 0, the port that the system chose.</returns>
    /// <exception cref="IOException">The address cannot be had: it is in use, or it is not this machine's.</exception>
    public abstract EndPoint Bind();

    /// <summary>Accepts connections until <paramref name="stop"/> fires; then it closes the place and returns.</summary>
    /// <param name="onConnection">Called for each connection, on the thread where it lives; its task ends with the connection. It owns the transport and does not throw.</param>
    /// <param name="stop">Ends accepting; connections live on.</param>
    public abstract Task RunAsync(Func<Transport, Task> onConnection, CancellationToken stop);

    /// <summary>Accepts no more until <see cref="Resume"/>: who comes waits in the system's queue.</summary>
    public abstract void Pause();

    /// <summary>Accepts again.</summary>
    public abstract void Resume();

    /// <summary>Closes the place.</summary>
    public abstract ValueTask DisposeAsync();
}
