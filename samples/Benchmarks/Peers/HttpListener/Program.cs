using System.Net;

// GET on any path: thirteen bytes.
int port = int.Parse(args[Array.IndexOf(args, "--port") + 1]);
byte[] body = "Hello, World!"u8.ToArray();
using var listener = new HttpListener();
listener.Prefixes.Add($"http://127.0.0.1:{port}/");
listener.Start();
while (true)
{
    HttpListenerContext context = await listener.GetContextAsync();
    _ = AnswerAsync(context.Response);
}

async Task AnswerAsync(HttpListenerResponse response)
{
    try
    {
        response.ContentType = "text/plain";
        response.ContentLength64 = body.Length;
        await response.OutputStream.WriteAsync(body);
        response.Close();
    }
    catch (HttpListenerException)
    {
        // The client has left.
    }
}
