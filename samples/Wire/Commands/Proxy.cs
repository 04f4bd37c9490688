using System.Globalization;
using System.Net;
using System.Text;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;

namespace Minimal.WireTool.Commands;

/// <summary><c>wire proxy</c>: stands between a client and a server, and shows what passes.</summary>
internal static class Proxy
{
    public static Command Command { get; } = new("proxy", "LISTEN TARGET", "stands between any client and any server, and shows what passes", """
        Listens, connects each client to the target, and relays bytes both ways, as they are; only the eyes of this program understand them.
        What passes is printed live, annotated, with the number of the connection in front. A half-close and a reset are passed on, and who
        reads slowly is waited for.

          wire proxy 9000 localhost:8080                    then open http://localhost:9000
          wire proxy 9000 example.org:80 --sentences        each span with what it is for
          wire proxy 0.0.0.0:9000 localhost:8080            for clients on other machines
          wire proxy 9000 localhost:8080 --save a.wire      keeps it; see also wire explain, replay and to-test

          --save FILE     writes a recording (docs/wire-format.md). Cookies and passwords are in it
          --sentences     adds one sentence to each span: what it is for
          --zh            the same in Chinese
          --quiet         prints only that connections come and go

        The Host that clients send stays as it is: some servers want their own name there (curl -H 'Host: example.org' localhost:9000).
        Ctrl+C ends it.

        Exit codes: 0 it was stopped; 2 the arguments are wrong; 3 it cannot listen, or cannot write the file.
        """, RunAsync)
    { Flags = [.. Listing.Flags, "--quiet"], Values = ["--save"], RunsUntilStopped = true };

    private static async Task<int> RunAsync(CommandLine line, WireConsole console)
    {
        Remote listen = Remote.ParseListen(line[0]), target = Remote.Parse(line[1]);
        await using StreamWriter? file = OpenFile(line.Value("--save"));
        var recorder = new Recorder(file, console.Time);
        var run = new ProxyRun(target, Listing.Of(line, console), recorder, line.Has("--quiet"));

        IPEndPoint[] places = await listen.ResolveAsync();
        SocketListener[] listeners = [.. places.Select(place => new SocketListener(place, console.Time))];
        try
        {
            foreach (SocketListener listener in listeners)
            {
                await console.Out.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"Listening on {listener.Bind()}, relaying to {target.Authority}"));
            }

            using var stop = new CancellationTokenSource();
            Task[] running = [.. listeners.Select(listener => listener.RunAsync(run.ServeAsync, stop.Token))];
            await Task.WhenAny(console.Stopping, recorder.Failed);
            await stop.CancelAsync();
            run.AbortAll();
            await Task.WhenAll(running);
            await run.AllEnded();
        }
        finally
        {
            foreach (SocketListener listener in listeners) await listener.DisposeAsync();
        }

        return recorder.Failure is { } failure ? throw new ToolException(ExitCode.Impossible, failure) : ExitCode.Fine;
    }

    private static StreamWriter? OpenFile(string? path)
    {
        try
        {
            return path is null ? null : new StreamWriter(path, false, new UTF8Encoding(false));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Impossible, $"{path} cannot be written");
        }
    }
}
