using System.Net;

namespace Minimal.Tests.Oracles;

/// <summary>The framework's <see cref="HttpListener"/>.</summary>
internal sealed class ListenerOracle : RequestOracle
{
    private readonly HttpListener _listener = new() { IgnoreWriteExceptions = true };
    private readonly Task _serving;

    public ListenerOracle()
    {
        _listener.Prefixes.Add($"http://*:{Port}/");
        _listener.Start();
        _serving = ServeAsync();
    }

    public override string Name => "HttpListener";

    public override async ValueTask DisposeAsync()
    {
        _listener.Close();
        await _serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                _ = AnswerAsync(await _listener.GetContextAsync());
            }
            catch (Exception e) when (e is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private static async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            var content = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(content);
            context.Response.Headers["X-Saw"] = Tell(context.Request.HttpMethod, context.Request.RawUrl ?? "", content.ToArray());
            context.Response.ContentLength64 = 0;
            context.Response.Close();
        }
        catch (Exception)
        {
            // It refuses a body by an exception of any kind.
            context.Response.Abort();
        }
    }
}
