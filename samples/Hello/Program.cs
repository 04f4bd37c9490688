using System.Net;
using Minimal.Http;
using Minimal.Http.Transports;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, e) => { e.Cancel = true; stop.Cancel(); };

await using var server = new HttpServer(
    exchange => exchange.RespondAsync(200, $"Hello, {exchange.Request.Path}!\n"),
    [new SocketListener(new IPEndPoint(IPAddress.Loopback, 8080))]);
await server.RunAsync(stop.Token);
