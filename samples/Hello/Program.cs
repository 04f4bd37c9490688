using System.Net;
using System.Runtime.InteropServices;
using Minimal.Http;
using Minimal.Http.Transports;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext signal) { signal.Cancel = true; stop.Cancel(); }
using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);      // Ctrl+C
using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);

await using var server = new HttpServer(
    exchange => exchange.RespondAsync(200, $"Hello from {exchange.Request.Path}\n"),
    [new SocketListener(new IPEndPoint(IPAddress.Loopback, 8080))]);
await server.RunAsync(stop.Token);
