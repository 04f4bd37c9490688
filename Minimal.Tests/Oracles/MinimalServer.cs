using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using System.Text.RegularExpressions;
using Minimal.Http;
using Minimal.Http.Diagnostics;
using Minimal.Http.Transports;
using Minimal.Testing;

namespace Minimal.Tests.Oracles;

/// <summary>Our own server in memory: it is given bytes and the end of the connection, and tells which requests its handler saw.</summary>
internal sealed class MinimalServer : IAsyncDisposable
{
    private readonly MemoryListener _listener = new(PipeScheduler.Inline, 1 << 20);
    private readonly HttpServer _server;
    private readonly List<SeenRequest> _seen = [];

    private MinimalServer()
    {
        // The clock stands still. What is refused although it is well-formed is not what is compared here.
        var options = new HttpServerOptions { Time = new ManualTime(), AllowConnectAndTrace = true, AllowPartialPut = true };
        _server = new HttpServer(SeeAsync, [_listener], options);
    }

    public static async Task<MinimalServer> StartAsync()
    {
        var server = new MinimalServer();
        await server._server.StartAsync();
        return server;
    }

    /// <summary>What the handler saw, and the statuses that were answered.</summary>
    public async Task<(IReadOnlyList<SeenRequest> Requests, IReadOnlyList<int> Statuses)> ReadAsync(ReadOnlyMemory<byte> bytes)
    {
        _seen.Clear();
        await using MemoryTransport transport = _listener.Connect();
        await transport.Output.WriteAsync(bytes);
        await transport.Output.CompleteAsync();
        using var reader = new StreamReader(transport.Input.AsStream(), Encoding.Latin1);
        string answers = await reader.ReadToEndAsync();
        return ([.. _seen], [.. Regex.Matches(answers, @"^HTTP/1\.1 (\d{3})", RegexOptions.Multiline).Select(match => int.Parse(match.Groups[1].ValueSpan, CultureInfo.InvariantCulture)).Where(status => status >= 200)]);
    }

    /// <summary>The same, to be compared with what other servers say.</summary>
    public async Task<RequestReading> ReadingAsync(ReadOnlyMemory<byte> bytes)
    {
        (IReadOnlyList<SeenRequest> requests, _) = await ReadAsync(bytes);
        LensRow strict = Lens.Explain(bytes, [LensReading.Strict]).Rows[0];
        return new RequestReading(requests, strict.Broken?.Name ?? (strict.End == LensEnd.Closed ? Comparison.Closes : ""));
    }

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private async ValueTask SeeAsync(HttpExchange exchange)
    {
        byte[] content = await exchange.RequestBody.ReadAllAsync(1 << 20);
        _seen.Add(SeenRequest.Of(exchange.Request.Method, exchange.Request.Target, content));
        await exchange.RespondAsync(204);
    }
}
