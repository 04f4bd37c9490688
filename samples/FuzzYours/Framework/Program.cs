using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

// The framework's web server with its defaults: / echoes the body of a POST, /ws echoes messages.
int port = args is ["--port", var text] ? int.Parse(text) : 8090;
WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));

await using WebApplication app = builder.Build();
app.UseWebSockets();
app.Run(context => context.WebSockets.IsWebSocketRequest ? EchoFramesAsync(context) : EchoAsync(context));
Console.WriteLine($"Listening on http://127.0.0.1:{port}/");
await app.RunAsync();

static async Task EchoAsync(HttpContext context)
{
    if (context.Request.Method != "POST")
    {
        await context.Response.WriteAsync("Hello, World!");
        return;
    }

    var body = new MemoryStream();
    await context.Request.Body.CopyToAsync(body);
    context.Response.ContentLength = body.Length;
    await context.Response.Body.WriteAsync(body.ToArray());
}

static async Task EchoFramesAsync(HttpContext context)
{
    using WebSocket socket = await context.WebSockets.AcceptWebSocketAsync();
    byte[] buffer = new byte[65_536];
    try
    {
        while (true)
        {
            WebSocketReceiveResult received = await socket.ReceiveAsync(buffer, CancellationToken.None);
            if (received.MessageType == WebSocketMessageType.Close) break;
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, CancellationToken.None);
        }

        await socket.CloseAsync(socket.CloseStatus ?? WebSocketCloseStatus.NormalClosure, socket.CloseStatusDescription, CancellationToken.None);
    }
    catch (WebSocketException)
    {
        // The client broke a rule, or left.
    }
}
