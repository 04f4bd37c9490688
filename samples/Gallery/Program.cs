using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Minimal.Gallery;
using Minimal.Gallery.Demos.Monitor;
using Minimal.Gallery.Demos.Quiz;
using Minimal.Gallery.Wire;
using Minimal.Http;
using Minimal.Http.Diagnostics;
using Minimal.Samples;

const string ForAll = "--wire", Usage = """
    Gallery: every way that a server can push to a browser, to look at.

      --port N      the port (8080); 0 lets the system choose one
      --host HOST   a name or an address (localhost, on IPv4 and IPv6)
      --wire        shows the bytes on the wire to every machine, not to this one alone: whoever comes sees what all others send
      --help        this text

      --players N [--url http://localhost:8080]   no server, but N players for the quiz of one
    """;

if (args is ["--players" or "--url", ..]) return await QuizPlayers.RunAsync(args);

ServerArguments? where = SampleServer.ReadArguments([.. args.Except([ForAll])], new ServerArguments("localhost", 8080), Usage, out int exitCode);
if (where is null) return exitCode;

// The demo that shows the log shows more of it than a terminal should.
using ILoggerFactory logging = LoggerFactory.Create(log => log
    .SetMinimumLevel(LogLevel.Debug)
    .AddFilter<ConsoleLoggerProvider>(level => level >= LogLevel.Information)
    .AddSimpleConsole(console =>
    {
        console.SingleLine = true;
        console.TimestampFormat = "HH:mm:ss.fff ";
    }));
using var meter = new ServerMeter();

bool isForAll = args.Contains(ForAll);
var inspector = new WireInspector(new WireInspectorOptions { Reading = WireRoom.Reading });
var wire = new WireRoom(inspector, new WireGuard(isForAll, where.Host));
var options = new HttpServerOptions { Logging = logging, Inspector = inspector };
string warning = isForAll ? "\n  All machines see the wire: every byte that anybody sends here, but for credentials and cookies.\n" : "";

return await SampleServer.RunAsync(GalleryRoutes.Create(logging, meter, wire), options, where, url => Console.WriteLine($"""

    The Gallery is open.

      look       {url}
      publish    curl -d hello {url}/update
      stop       Ctrl+C
    {warning}
    """));
