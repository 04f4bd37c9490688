using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §9.3: what a message says about its connection.</summary>
public sealed class Rfc9112_9_Persistence
{
    [Theory]
    [Requirement("H1-9.3-02")]
    [InlineData("1.1", "", true)]
    [InlineData("1.1", "Connection: close\r\n", false)]
    [InlineData("1.0", "", false)]
    [InlineData("1.0", "Connection: keep-alive\r\n", true)]
    [InlineData("1.1", "Connection: keep-alive, close\r\n", false)]
    [InlineData("1.2", "", true)]
    [InlineData("1.0", "Connection: keep-alive, close\r\n", false)]
    [InlineData("1.1", "Connection: Upgrade\r\n", true)]
    [InlineData("1.0", "Connection: Upgrade\r\n", false)]
    public void A_connection_goes_on_as_version_and_options_say(string version, string field, bool persists)
    {
        Assert.Equal(persists, Persistence.Decide(RequestReader.Read($"GET / HTTP/{version}\r\nHost: a\r\n{field}\r\n").Head!));
        Assert.Equal(persists, Persistence.Decide(ResponseReader.Read($"HTTP/{version} 200 OK\r\n{field}Content-Length: 0\r\n\r\n").Head));
    }

    [Theory]
    [Requirement("HS-7.6.1-01", "HS-5.6.1.2-01")]
    [InlineData("Connection: CLOSE\r\n", false)]
    [InlineData("Connection: foo, Close\r\n", false)]
    [InlineData("Connection: keep-alive\r\nConnection: close\r\n", false)]
    [InlineData("Connection: , close,,\r\n", false)]
    [InlineData("Connection:\t\tclose\t,x\r\n", false)]
    [InlineData("Connection: closed\r\n", true)]
    [InlineData("Connection: x-close, no close\r\n", true)]
    [InlineData("Connection:\r\n", true)]
    [InlineData("X-Connection: close\r\n", true)]
    public void Options_are_a_list_in_any_case_over_several_lines(string fields, bool persists)
    {
        Assert.Equal(persists, Persistence.Decide(RequestReader.Read($"GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n").Head!));
        Assert.Equal(persists, Persistence.Decide(ResponseReader.Read($"HTTP/1.1 200 OK\r\n{fields}Content-Length: 0\r\n\r\n").Head));
    }

    [Fact]
    [Requirement("HS-5.6.1.2-01")]
    public void A_list_of_ten_thousand_holes_is_read() =>
        Assert.False(Persistence.Decide(RequestReader.Read([System.Text.Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: a\r\nConnection: {new string(',', 10_000)}close\r\n\r\n")]).Head!));

    [Theory]
    [Requirement("H1-9.6-02", "HS-7.6.1-02", "HS-7.6.1-03")]
    [InlineData(nameof(ConnectionOption.None), "")]
    [InlineData(nameof(ConnectionOption.Close), "Connection: close\r\n")]
    [InlineData(nameof(ConnectionOption.KeepAlive), "Connection: keep-alive\r\n")]
    public void What_a_response_says_is_one_option(string option, string field) =>
        Assert.Equal($"HTTP/1.1 200 OK\r\n{field}\r\n", HeadWriting.Write(new ResponseHead(), connection: Enum.Parse<ConnectionOption>(option)));

    [Theory]
    [Requirement("HS-7.8-05", "HS-7.6.1-02")]
    [InlineData(nameof(ConnectionOption.None), "Connection: Upgrade\r\n")]
    [InlineData(nameof(ConnectionOption.Close), "Connection: close, Upgrade\r\n")]
    public void Who_sends_Upgrade_names_it_as_an_option(string option, string field)
    {
        var head = new ResponseHead();
        head.Fields.Set("Upgrade", "websocket");
        Assert.Equal($"HTTP/1.1 200 OK\r\nUpgrade: websocket\r\n{field}\r\n", HeadWriting.Write(head, connection: Enum.Parse<ConnectionOption>(option)));
    }
}
