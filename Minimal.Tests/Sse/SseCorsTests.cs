using Minimal.Http;
using Minimal.Http.Routing;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>Streams for pages of other origins (Fetch standard, CORS protocol).</summary>
public sealed class SseCorsTests
{
    private static readonly HttpHandler Stream = async exchange => await (await SseStream.StartAsync(exchange)).WhenEndedAsync();

    [Fact]
    [Requirement("SSE-CORS-01")]
    public async Task A_listed_origin_may_read_with_credentials_and_is_named()
    {
        string head = await HeadAsync(new CorsOptions { Origins = ["http://o"], Credentials = true }, "Origin: http://o\r\n");
        Assert.Contains("\r\nAccess-Control-Allow-Origin: http://o\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nAccess-Control-Allow-Credentials: true\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nVary: Origin\r\n", head, StringComparison.Ordinal);
        Assert.Contains("\r\nContent-Type: text/event-stream\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("SSE-CORS-01")]
    public async Task Without_credentials_every_origin_may_be_allowed()
    {
        string head = await HeadAsync(new CorsOptions { Origins = null }, "Origin: http://o\r\n");
        Assert.Contains("\r\nAccess-Control-Allow-Origin: *\r\n", head, StringComparison.Ordinal);
        Assert.DoesNotContain("Credentials", head, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Stream.WithCors(new CorsOptions { Origins = null, Credentials = true }));
    }

    [Theory]
    [InlineData("Origin: http://other\r\n")]
    [InlineData("Origin: null\r\n")]
    [InlineData("")]
    [Requirement("SSE-CORS-01")]
    public async Task Any_other_origin_is_told_nothing(string fields)
    {
        string head = await HeadAsync(new CorsOptions { Origins = ["http://o"], Credentials = true }, fields);
        Assert.DoesNotContain("Access-Control-", head, StringComparison.Ordinal);
        Assert.Contains("\r\nVary: Origin\r\n", head, StringComparison.Ordinal);
    }

    [Fact]
    [Requirement("SSE-CORS-02")]
    public async Task A_preflight_for_the_last_event_id_is_granted()
    {
        await using SseServer server = await SseServer.StartAsync(Stream.WithCors(new CorsOptions { Origins = ["http://o"] }));
        SseWire wire = await server.RequestAsync(
            method: "OPTIONS", fields: "Origin: http://o\r\nAccess-Control-Request-Method: GET\r\nAccess-Control-Request-Headers: last-event-id\r\n");
        string head = await wire.ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 204 ", head, StringComparison.Ordinal);
        Assert.Matches("\r\nAccess-Control-Allow-Headers: [^\r]*Last-Event-ID", head);
        Assert.Contains("\r\nAccess-Control-Allow-Origin: http://o\r\n", head, StringComparison.Ordinal);
    }

    private static async Task<string> HeadAsync(CorsOptions cors, string fields)
    {
        await using SseServer server = await SseServer.StartAsync(Stream.WithCors(cors));
        SseWire wire = await server.RequestAsync(fields: fields);
        return await wire.ReadHeadAsync();
    }
}
