using System.Net;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Http.Transports.Epoll;

namespace Minimal.Samples;

/// <summary>The life of a server that is a whole program: arguments, start, a word of where to look, signals, drain, exit code.</summary>
internal static class SampleServer
{
    private const int Done = 0, CannotListen = 1, WrongArguments = 2;

    /// <summary>Runs until a signal comes.</summary>
    /// <param name="handler">Answers.</param>
    /// <param name="options">Limits, timeouts, log.</param>
    /// <param name="where">Where to listen; see <see cref="ServerArguments.Parse"/>.</param>
    /// <param name="onStarted">Called with the URL when clients can connect.</param>
    /// <param name="epoll">Whether event loops of our own take the place of the framework's.</param>
    /// <returns>The exit code: 0 after a drain, 1 when the address cannot be had.</returns>
    public static async Task<int> RunAsync(HttpHandler handler, HttpServerOptions options, ServerArguments where, Action<string> onStarted, bool epoll = false)
    {
        using var signals = new StopSignals();
        HttpServer server;
        try
        {
            IPEndPoint[] endPoints = await Addresses.ResolveAsync(where.Host, where.Port);
            server = new HttpServer(handler, [.. endPoints.Select(endPoint => NewListener(endPoint, epoll))], options);
            await server.StartAsync();
        }
        catch (IOException e)
        {
            await Console.Error.WriteLineAsync($"{e.Message.TrimEnd('.')}; --host and --port choose another place.");
            return CannotListen;
        }

        await using (server)
        {
            onStarted(Addresses.Url(where.Host, ((IPEndPoint)server.EndPoints[0]).Port));
            await signals.Stopping;
            await server.StopAsync(signals.Aborting);
        }

        return Done;
    }

    private static Listener NewListener(IPEndPoint endPoint, bool epoll) =>
        epoll && OperatingSystem.IsLinux() ? new EpollListener(endPoint) : new SocketListener(endPoint);

    /// <summary>Reads the command line, and says what is wrong with it or what it can be.</summary>
    /// <returns>Null when there is nothing to run; then <paramref name="exitCode"/> says how the program ends.</returns>
    public static ServerArguments? ReadArguments(string[] arguments, ServerArguments defaults, string usage, out int exitCode)
    {
        exitCode = Done;
        ServerArguments? where = ServerArguments.Parse(arguments, defaults, out string? error);
        if (where is { WantsHelp: false }) return where;

        if (where is not null)
        {
            Console.Out.WriteLine(usage);
            return null;
        }

        exitCode = WrongArguments;
        Console.Error.WriteLine($"{error}.\n\n{usage}");
        return null;
    }
}
