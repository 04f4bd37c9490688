using System.Text;
using FsCheck.Fluent;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Wire;

/// <summary>What <c>wire to-test</c> writes is a vector file, and the runner accepts each vector.</summary>
public sealed class ToTestTests
{
    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nX : b\r\n\r\n", 1)]
    [InlineData("GET / HTTP/1.1\r\nHost: a", 1)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5 \r\nhello", 1)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 14\r\n\r\n```\r\n``` \t\\a \n", 1)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\n\r\nHTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK", 2)]
    [InlineData("HEAD / HTTP/1.1\r\nHost: a\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n", 2)]
    [InlineData("HTTP/1.1 200 OK\r\n\r\nuntil the end", 1)]
    [InlineData("HTTP/1.1 2OO OK\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", 1)]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n", 1)]
    public void The_runner_accepts_it(string bytes, int count) => Assert.Equal(count, RunVectors(Encoding.Latin1.GetBytes(bytes)));

    // The runner cuts a vector at every place and compares all listings: long ones take long.
    [Property(Tests = 10)]
    public void The_runner_accepts_what_comes_of_every_nearly_valid_request() => PropertyCheck.Holds(
        HttpArbitraries.NearlyRequests(),
        mutant => Assert.True(mutant.ToBytes() is { Length: > 300 } || RunVectors(mutant.ToBytes()) > 0));

    private static int RunVectors(byte[] bytes)
    {
        (int exitCode, string text, string error) = ToolConsole.Run(bytes, "to-test", "-", "--raw", "--as", bytes.AsSpan().StartsWith("HTTP"u8) ? "response" : "conversation");
        Assert.True(exitCode == 0, error);
        VectorFile file = VectorFile.Parse("Recorded", text);
        foreach (Vector vector in file.Vectors) VectorRunner.Check(vector, VectorLibrary.Drivers[vector.Kind]);
        return file.Vectors.Count;
    }
}
