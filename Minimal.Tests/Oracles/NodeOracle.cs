namespace Minimal.Tests.Oracles;

/// <summary>Node's own HTTP server, as strict as it is by default.</summary>
internal sealed class NodeOracle : ProgramOracle
{
    private const string Program = """
        const saw = (request, content) => Buffer.concat([Buffer.from(request.method + '\n' + request.url + '\n', 'latin1'), content]).toString('base64');
        require('http').createServer({ requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
          const chunks = [];
          request.on('data', chunk => chunks.push(chunk));
          request.on('error', () => {});
          request.on('end', () => { response.setHeader('X-Saw', saw(request, Buffer.concat(chunks))); response.end(); });
        }).on('clientError', (error, socket) => {
          if (socket.writable) socket.end('HTTP/1.1 400 Bad Request\r\nX-Error: ' + error.code + '\r\nConnection: close\r\n\r\n');
        }).listen(Number(process.argv[1]), '127.0.0.1');
        """;

    public override string Name => "Node";

    public static async Task<NodeOracle> StartAsync()
    {
        var oracle = new NodeOracle();
        await oracle.StartAsync("node", "-e", Program, "--", $"{oracle.Port}");
        return oracle;
    }
}
