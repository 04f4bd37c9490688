using System.Net;
using System.Text;
using System.Text.Json.Serialization;
using Minimal.Http;
using Minimal.Http.Content;
using Xunit;

namespace Minimal.Tests.Content;

/// <summary>Queries, forms, cookies and JSON: read with limits, and refused with a word of why.</summary>
public sealed class ContentTests
{
    [Theory]
    [InlineData("a=1&b=2&a=3", "a=1;b=2;a=3")]
    [InlineData("a", "a=")]
    [InlineData("a=b=c", "a=b=c")]
    [InlineData("&&a=1&", "a=1")]
    [InlineData("a+b=%2B+%e2%82%ac", "a b=+ €")]
    [InlineData("%3D=%26", "==&")]
    public void Names_and_values_are_decoded_once(string text, string expected)
    {
        Assert.True(UrlValues.TryParse(Encoding.ASCII.GetBytes(text), out UrlValues values));
        Assert.Equal(expected, string.Join(";", values.Select(pair => $"{pair.Key}={pair.Value}")));
    }

    [Theory]
    [InlineData("a=%zz")]
    [InlineData("a=%4")]
    [InlineData("%")]
    public void Malformed_escapes_are_refused(string text) => Assert.False(UrlValues.TryParse(Encoding.ASCII.GetBytes(text), out _));

    [Fact]
    public void More_values_than_anybody_types_are_refused() =>
        Assert.False(UrlValues.TryParse(Encoding.ASCII.GetBytes(string.Join('&', Enumerable.Repeat("a=1", 1025))), out _));

    [Fact]
    public async Task A_form_is_read_and_another_type_is_refused()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(async exchange =>
        {
            if (await exchange.ReadFormAsync(100) is { } form) await exchange.RespondAsync(200, form.First("name") ?? "nobody");
        });

        using HttpResponseMessage good = await server.Client.PostAsync("/", new FormUrlEncodedContent([new("name", "Ada & Co")]));
        using HttpResponseMessage wrong = await server.Client.PostAsync("/", new StringContent("name=x"));
        using HttpResponseMessage bad = await server.Client.PostAsync("/", new StringContent("name=%zz", Encoding.ASCII, "application/x-www-form-urlencoded"));
        using HttpResponseMessage large = await server.Client.PostAsync("/", new StringContent(new string('a', 101), Encoding.ASCII, "application/x-www-form-urlencoded"));

        Assert.Equal("Ada & Co", await good.Content.ReadAsStringAsync());
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, wrong.StatusCode);
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    [Requirement("HS-15.5.16-01")]
    public async Task Json_is_read_by_a_generated_type_and_refused_with_its_place()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(async exchange =>
        {
            if (await exchange.ReadJsonAsync(Json.Default.Person) is { } person) await exchange.RespondJsonAsync(person with { Age = person.Age + 1 }, Json.Default.Person);
        });

        using HttpResponseMessage good = await server.Client.PostAsync("/", new StringContent("{\"Name\":\"Ada\",\"Age\":36}", Encoding.UTF8, "application/vnd.person+json"));
        using HttpResponseMessage bad = await server.Client.PostAsync("/", new StringContent("{\"Name\":\n3}", Encoding.UTF8, "application/json"));
        using HttpResponseMessage nothing = await server.Client.PostAsync("/", new StringContent("null", Encoding.UTF8, "application/json"));
        string wrong = await server.SendRawAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: x/y\r\nContent-Length: 2\r\n\r\n{}");
        string coded = await server.SendRawAsync("POST / HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Encoding: foo\r\nContent-Length: 2\r\n\r\n{}");

        Assert.Equal("{\"Name\":\"Ada\",\"Age\":37}", await good.Content.ReadAsStringAsync());
        Assert.Equal("application/json", good.Content.Headers.ContentType?.ToString());
        Assert.Equal(HttpStatusCode.BadRequest, bad.StatusCode);
        Assert.Contains("line 2", await bad.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.BadRequest, nothing.StatusCode);
        Assert.StartsWith("HTTP/1.1 415 ", wrong, StringComparison.Ordinal);
        Assert.DoesNotContain("Accept-Encoding", wrong, StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 415 ", coded, StringComparison.Ordinal);
        Assert.Contains("Accept-Encoding: identity\r\n", coded, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookies_are_read_strictly_and_set_safely()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(exchange =>
        {
            exchange.SetCookie(new SetCookie("a", "1") { MaxAge = TimeSpan.FromMinutes(1) });
            exchange.SetCookie(new SetCookie("b", "2") { HttpOnly = false, Secure = true, SameSite = SameSite.None });
            return exchange.RespondAsync(200, string.Join('|', exchange.ReadCookies().Select(cookie => $"{cookie.Key}={cookie.Value}")));
        });

        string answer = await server.SendRawAsync("GET / HTTP/1.1\r\nHost: a\r\nCookie: x=1; y=\"2\"; bad name=3; z=a b; w=; X=4\r\nCookie: v=5\r\n\r\n");

        Assert.EndsWith("\r\n\r\nx=1|y=2|w=|X=4|v=5", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nSet-Cookie: a=1; Path=/; Max-Age=60; HttpOnly; SameSite=Lax\r\n", answer, StringComparison.Ordinal);
        Assert.Contains("\r\nSet-Cookie: b=2; Path=/; Secure; SameSite=None\r\n", answer, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a b", "1")]
    [InlineData("", "1")]
    [InlineData("a", "1;b")]
    [InlineData("a", "1\r\n")]
    [InlineData("a", "é")]
    [Requirement("H1-11.1-01")]
    public void A_cookie_that_could_be_two_is_refused(string name, string value) => Assert.Throws<ArgumentException>(() => new SetCookie(name, value));

    [Fact]
    public async Task A_stream_goes_with_its_length_or_in_chunks()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(exchange =>
            exchange.RespondAsync(200, "text/plain", exchange.Request.Path == "/known" ? new MemoryStream("hello"u8.ToArray()) : new Endless()));

        string known = await server.SendRawAsync("GET /known HTTP/1.1\r\nHost: a\r\n\r\n");
        string unknown = await server.SendRawAsync("GET /unknown HTTP/1.1\r\nHost: a\r\n\r\n");

        Assert.Contains("Content-Length: 5\r\n", known, StringComparison.Ordinal);
        Assert.Contains("Transfer-Encoding: chunked\r\n", unknown, StringComparison.Ordinal);
        Assert.EndsWith("0\r\n\r\n", unknown, StringComparison.Ordinal);
    }

    /// <summary>A stream that does not know how long it is: 40,000 bytes.</summary>
    private sealed class Endless : MemoryStream
    {
        public Endless()
            : base(new byte[40_000])
        {
        }

        public override bool CanSeek => false;
    }
}

internal sealed record Person(string Name, int Age);

[JsonSerializable(typeof(Person))]
internal sealed partial class Json : JsonSerializerContext;
