using Minimal.Echo;
using Minimal.Http;
using Minimal.Samples;

const string Deflate = "--deflate", Epoll = "--epoll", Usage = """
    Echo: a fixed target for tools that measure or probe HTTP servers.

      --port N      the port (8080); 0 lets the system choose one
      --host HOST   the address (127.0.0.1)
      --deflate     WebSocket messages may be compressed
      --epoll       event loops of our own in place of the framework's (Linux)
      --help        this text

      GET /  /plaintext         Hello, World!
      POST, PUT /  /echo        the body back, streamed
      /headers  /cookie         the received field lines, the received cookies
      GET /204  /304            those statuses
      GET /bytes/{n}            n bytes with a Content-Length
      GET /chunked/{n}          n bytes in chunks
      GET /slow/{ms}            Hello, World! after so many milliseconds
      GET /sse  /sse/{ms}       the numbers 1, 2, 3 … as events, from behind Last-Event-ID, one each second or so many milliseconds
      GET /ws                   WebSocket: every message back, up to 64 MiB, from any origin
      POST /topic               publishes its body (?type=, ?key=)
      GET /topic                what was published behind ?after=CURSOR (earliest, latest)
                                ?via=poll, ?via=long&wait=20, ?via=ndjson, ?via=frame, ?via=sse, ?via=ws
    """;

ServerArguments? where = SampleServer.ReadArguments([.. args.Except([Deflate, Epoll])], new ServerArguments("127.0.0.1", 8080), Usage, out int exitCode);
if (where is null) return exitCode;

return await SampleServer.RunAsync(EchoRoutes.Create(args.Contains(Deflate)), new HttpServerOptions(), where, url => Console.WriteLine($"Listening on {url}"), args.Contains(Epoll));
