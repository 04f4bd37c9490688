using Microsoft.Extensions.Logging;
using Minimal.Gallery;
using Minimal.Gallery.Demos.Quiz;
using Minimal.Http;
using Minimal.Samples;

const string Usage = """
    Gallery: every way that a server can push to a browser, to look at.

      --port N      the port (8080); 0 lets the system choose one
      --host HOST   a name or an address (localhost, on IPv4 and IPv6)
      --help        this text

      --players N [--url http://localhost:8080]   no server, but N players for the quiz of one
    """;

if (args is ["--players" or "--url", ..]) return await QuizPlayers.RunAsync(args);

ServerArguments? where = SampleServer.ReadArguments(args, new ServerArguments("localhost", 8080), Usage, out int exitCode);
if (where is null) return exitCode;

using ILoggerFactory logging = LoggerFactory.Create(log => log.AddSimpleConsole(console =>
{
    console.SingleLine = true;
    console.TimestampFormat = "HH:mm:ss.fff ";
}));

return await SampleServer.RunAsync(GalleryRoutes.Create(logging), new HttpServerOptions { Logging = logging }, where, url => Console.WriteLine($"""

    The Gallery is open.

      look       {url}
      publish    curl -d hello {url}/update
      stop       Ctrl+C

    """));
