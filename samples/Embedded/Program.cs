using System.Net;
using System.Reflection;
using System.Runtime.InteropServices;
using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Http.Topics;
using Minimal.Http.Transports;
using Minimal.Sse;
using Minimal.WebSocket;

// A page from the program itself, and a topic that everybody may read, in whichever way, and publish to.
using Stream resource = Assembly.GetExecutingAssembly().GetManifestResourceStream("page.html")!;
byte[] page = new byte[resource.Length];
resource.ReadExactly(page);

var news = new TopicEndpoint(new Topic("news"), new TopicEndpointOptions { CanPublish = true }, new TopicSse(), new TopicWebSocket());
Router routes = new Router()
    .Get("/", exchange => exchange.RespondAsync(200, "text/html; charset=utf-8", page))
    .Mount("/news", news);

var stop = new TaskCompletionSource();
void Stop(PosixSignalContext signal) { signal.Cancel = true; stop.TrySetResult(); }
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

int port = args.Length > 0 && int.TryParse(args[0], out int number) ? number : 8080;
await using var server = new HttpServer(routes, [new SocketListener(new IPEndPoint(IPAddress.Loopback, port))]);
await server.StartAsync();
await stop.Task;
await server.StopAsync();
