using System.Text;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Testing;

/// <summary>What other servers write is read leniently, and what is cut off says so.</summary>
public sealed class ReceivedResponseTests
{
    private const string Sized = "HTTP/1.1 200 OK\r\ncontent-length:2\r\n\r\nhi", Chunked = "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n2;a\r\nhi\r\n0\r\nA: b\r\n\r\n";

    [Theory]
    [InlineData("", "")]
    [InlineData("no response", "")]
    [InlineData(Sized, "200 hi whole")]
    [InlineData(Chunked, "200 hi whole")]
    [InlineData(Sized + Chunked + Sized, "200 hi whole, 200 hi whole, 200 hi whole")]
    [InlineData(Sized + "HTTP/1.1 400 Bad", "200 hi whole")]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n" + Sized, "200 hi whole")]
    [InlineData("HTTP/1.1 204 No Content\r\n\r\n" + Sized, "204  whole, 200 hi whole")]
    [InlineData("HTTP/1.0 200 OK\r\n\r\nhello", "200 hello cut")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhi", "200 hi cut")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nh", "200 h cut")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n", "200 hi cut")]
    public void Responses_that_stand_one_behind_the_other(string received, string expected) => Assert.Equal(expected, Describe(received));

    [Fact]
    public void Behind_HEAD_there_is_no_content() => Assert.Equal("200  whole, 200 hi whole", Describe("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n" + Sized, "HEAD"));

    private static string Describe(string received, params string[] methods) => string.Join(", ", ReceivedResponse
        .ReadAll(Encoding.Latin1.GetBytes(received), methods)
        .Select(response => $"{response.Status} {response.Text} {(response.IsWhole ? "whole" : "cut")}"));
}
