using Xunit;

namespace Minimal.Tests.Architecture;

/// <summary>Each rule of the layers finds what is planted, and only that.</summary>
public sealed class LayersTests
{
    [Fact]
    public void Comments_and_quotes_are_not_read()
    {
        const string Text = """"
            // throw
            /* throw
               throw */ var a = "throw \" throw"; /// <summary>throw</summary>
            var b = @"throw "" throw"; var c = """
                throw "
                """; var d = '"'; throw e; var f = "'";
            """";
        SourceFile file = SourceFile.Parse("a.cs", Text);
        Assert.Equal(["a.cs: throw e"], file.Find(@"throw[^;]*").Concat(file.Find("'")));
        Assert.Equal(5, file.Lines);
    }

    [Theory]
    [InlineData("Minimal.Http/HttpServer.cs", "using System.Net.Sockets;", 1)]
    [InlineData("Minimal.Http/HttpServer.cs", "Socket socket;", 1)]
    [InlineData("Minimal.Http/HttpServer.cs", "WebSocket a; SocketTransport b;", 0)]
    [InlineData("Minimal.Http/Transports/SocketListener.cs", "using System.Net.Sockets; Socket socket;", 0)]
    [InlineData("Minimal.WebSocket/Transports/Mine.cs", "using System.Net.Sockets;", 1)]
    public void Sockets_are_found(string path, string code, int found) => Assert.Equal(found, Layers.SocketsIn(SourceFile.Parse(path, code)).Count());

    [Theory]
    [InlineData("async ValueTask Read() { await Other(); }", 3)]
    [InlineData("using System.IO.Pipelines;", 1)]
    [InlineData("TimeProvider time; DateTime.UtcNow; DateTimeOffset.Now; DateTime.DaysInMonth(1, 2);", 3)]
    [InlineData("/// a Task for TimeProvider\nint Tasks;", 0)]
    public void Input_and_output_is_found(string code, int found) => Assert.Equal(found, Layers.InputAndOutputIn(Wire(code)).Count());

    [Theory]
    [InlineData("throw new FormatException();", 1)]
    [InlineData("catch { throw; }", 1)]
    [InlineData("x ?? throw Wrong();", 1)]
    [InlineData("throw new ArgumentOutOfRangeException(nameof(status)); throw new InvalidOperationException(); ArgumentNullException.ThrowIfNull(output); throw new UnreachableException();", 0)]
    public void Throws_are_found(string code, int found) => Assert.Equal(found, Layers.ThrowsIn(Wire(code)).Count());

    [Theory]
    [InlineData("using Minimal.Http;", 1)]
    [InlineData("using Minimal.Http.Transports;", 1)]
    [InlineData("using Minimal.Http.Wire; using System.Buffers;", 0)]
    [InlineData("HttpExchange exchange;", 1)]
    [InlineData("HttpExchanges exchanges; // HttpExchange", 0)]
    public void Ways_out_of_Wire_are_found(string code, int found) =>
        Assert.Equal(found, Layers.WayOutOf(Wire(code)).Concat(Layers.TypesOutside(Wire(code), ["HttpExchange", "HttpServer"])).Count());

    private static SourceFile Wire(string code) => SourceFile.Parse("Minimal.Http/Wire/A.cs", code);
}
