using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Minimal.Tests.Oracles;

/// <summary>nginx as a proxy, as it is by default: what counts is what it sends to the server behind it, which is a few lines here.</summary>
internal sealed class NginxOracle : ProgramOracle
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minimal-nginx-");
    private readonly TcpListener _behind = new(IPAddress.Loopback, 0);
    private Task? _serving;

    public override string Name => "nginx";

    public static async Task<NginxOracle> StartAsync()
    {
        var oracle = new NginxOracle();
        oracle._behind.Start();
        oracle._serving = oracle.ServeAsync();
        string file = Path.Combine(oracle._folder.FullName, "nginx.conf");
        await File.WriteAllTextAsync(file, oracle.Configuration());
        await oracle.StartAsync("nginx", "-p", oracle._folder.FullName, "-c", file, "-e", Path.Combine(oracle._folder.FullName, "error.log"));
        return oracle;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _behind.Stop();
        if (_serving is not null) await _serving;
        _folder.Delete(recursive: true);
    }

    private string Configuration() => $$"""
        daemon off;
        {{(Environment.UserName == "root" ? "user root;" : "")}}
        worker_processes 1;
        pid {{_folder.FullName}}/pid;
        events { worker_connections 256; }
        http {
          access_log off;
          client_body_temp_path {{_folder.FullName}}/body;
          proxy_temp_path {{_folder.FullName}}/proxy;
          fastcgi_temp_path {{_folder.FullName}}/fastcgi;
          uwsgi_temp_path {{_folder.FullName}}/uwsgi;
          scgi_temp_path {{_folder.FullName}}/scgi;
          server {
            listen 127.0.0.1:{{Port}};
            lingering_close off;
            location / {
              proxy_pass http://127.0.0.1:{{((IPEndPoint)_behind.LocalEndpoint).Port}};
              proxy_http_version 1.1;
              proxy_ignore_client_abort on;
              proxy_buffer_size 64k;
              proxy_buffers 8 64k;
            }
          }
        }
        """;

    private async Task ServeAsync()
    {
        while (true)
        {
            try
            {
                _ = AnswerAsync(await _behind.AcceptTcpClientAsync());
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
        }
    }

    // What nginx sends is plain: one head, and a length.
    private static async Task AnswerAsync(TcpClient client)
    {
        using (client)
        {
            NetworkStream stream = client.GetStream();
            var received = new MemoryStream();
            byte[] buffer = new byte[64 * 1024];
            while (!IsWhole(received.ToArray(), out int end))
            {
                int count = await stream.ReadAsync(buffer);
                if (count == 0) return;
                received.Write(buffer, 0, count);
                if (!IsWhole(received.ToArray(), out end)) continue;
                byte[] all = received.ToArray();
                string[] line = Encoding.Latin1.GetString(all).Split("\r\n")[0].Split(' ');
                string answer = $"HTTP/1.1 200 OK\r\nX-Saw: {Tell(line[0], string.Join(' ', line[1..^1]), all.AsSpan(end))}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
                await stream.WriteAsync(Encoding.Latin1.GetBytes(answer));
                return;
            }
        }
    }

    private static bool IsWhole(byte[] bytes, out int headEnd)
    {
        string text = Encoding.Latin1.GetString(bytes);
        headEnd = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        if (headEnd < 4) return false;
        string? length = text[..headEnd].Split("\r\n").FirstOrDefault(line => line.StartsWith("Content-Length: ", StringComparison.OrdinalIgnoreCase));
        return length is null || bytes.Length - headEnd >= int.Parse(length["Content-Length: ".Length..], CultureInfo.InvariantCulture);
    }
}
