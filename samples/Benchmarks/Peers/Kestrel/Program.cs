using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Peers.Kestrel;

// The emptiest builder there is: no configuration, no logging, no routing, one function that answers.
int port = int.Parse(args[Array.IndexOf(args, "--port") + 1]);
WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(options =>
{
    options.AddServerHeader = false;
    options.Listen(IPAddress.Loopback, port);
});

await using WebApplication app = builder.Build();
var topic = new Topic();
app.UseWebSockets();
app.Run(context => context.Request.Path.Value switch
{
    "/plaintext" or "/" => Plaintext(context.Response),
    "/topic" when context.Request.Method == "POST" => Publishing.PublishAsync(context, topic),
    "/topic" => context.Request.Query["via"].ToString() switch
    {
        "ndjson" => Streaming.StreamAsync(context, topic, "application/x-ndjson", static message => message.Line),
        "sse" => Streaming.StreamAsync(context, topic, "text/event-stream", static message => message.Event),
        "ws" => WebSockets.BroadcastAsync(context, topic),
        _ => LongPoll.AnswerAsync(context, topic),
    },
    "/sse" => Streaming.StreamAsync(context, topic, "text/event-stream", static message => message.Event),
    "/ws" => WebSockets.EchoAsync(context),
    _ => NotFound(context.Response),
});
await app.RunAsync();

static Task Plaintext(HttpResponse response)
{
    ReadOnlySpan<byte> body = "Hello, World!"u8;
    response.ContentType = "text/plain";
    response.ContentLength = body.Length;

    // Without a flush of its own: the server sends at the end, pipelined answers together.
    body.CopyTo(response.BodyWriter.GetSpan(body.Length));
    response.BodyWriter.Advance(body.Length);
    return Task.CompletedTask;
}

static Task NotFound(HttpResponse response)
{
    response.StatusCode = 404;
    response.ContentLength = 0;
    return Task.CompletedTask;
}
