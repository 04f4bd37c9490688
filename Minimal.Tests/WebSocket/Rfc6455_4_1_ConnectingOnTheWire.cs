using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Threading.Channels;
using Minimal.Http.Transports;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>The opening handshake as a client does it (RFC 6455 §4.1), from the connect to the first frame.</summary>
public sealed class Rfc6455_4_1_ConnectingOnTheWire
{
    [Fact]
    [Requirement("WS-4.1-04", "WS-4.1-05", "WS-4.1-07", "WS-4.1-08", "WS-3-01", "WS-3-02")]
    public async Task The_request_is_a_GET_with_the_fields_of_a_handshake()
    {
        (Task<WebSocketConnection> connecting, RawPeer server) = ScriptedServer.Begin();
        string request = await ScriptedServer.AcceptAsync(server);
        Assert.Equal(
            $"""
            GET /chat?room=1 HTTP/1.1
            Host: example.org
            Upgrade: websocket
            Connection: Upgrade
            Sec-WebSocket-Key: {ScriptedServer.KeyOf(request)}
            Sec-WebSocket-Version: 13


            """.ReplaceLineEndings("\r\n"),
            request);
        Assert.Null((await connecting).Subprotocol);

        var options = new WebSocketOptions
        {
            Subprotocols = ["chat", "v2"], Deflate = DeflatePolicy.Default, Fields = [new HttpField("Origin", "http://o"), new HttpField("Authorization", "Bearer x")],
        };
        (connecting, server) = ScriptedServer.Begin(options);
        request = await ScriptedServer.AcceptAsync(server, "Sec-WebSocket-Protocol: v2\r\n");
        foreach (string line in (string[])["Sec-WebSocket-Protocol: chat, v2", "Sec-WebSocket-Extensions: permessage-deflate", "Origin: http://o", "Authorization: Bearer x"])
        {
            Assert.Contains($"\r\n{line}\r\n", request, StringComparison.Ordinal);
        }

        Assert.Equal("v2", (await connecting).Subprotocol);
    }

    [Fact]
    [Requirement("WS-4.1-06")]
    public async Task Each_connection_has_a_key_of_16_random_bytes()
    {
        var keys = new HashSet<string>();
        for (int i = 0; i < 1000; i++)
        {
            (_, RawPeer server) = ScriptedServer.Begin();
            string key = ScriptedServer.KeyOf(await server.ReadHeadAsync());
            Assert.True(HandshakeKey.IsValid(key) && keys.Add(key));
        }

        // Each bit of the source is 1 as often as 0, within what chance allows.
        int[] ones = new int[128];
        foreach (byte[] nonce in keys.Select(Convert.FromBase64String))
        {
            for (int bit = 0; bit < 128; bit++) ones[bit] += (nonce[bit / 8] >> (bit % 8)) & 1;
        }

        Assert.All(ones, count => Assert.InRange(count, 390, 610));
    }

    [Theory]
    [Requirement("WS-4.1-09", "WS-4.1-01", "WS-3-03")]
    [InlineData("ws://h/a#b", "a", "X: y")]
    [InlineData("http://h/", "a", "X: y")]
    [InlineData("ws://h/", "a b", "X: y")]
    [InlineData("ws://h/", "", "X: y")]
    [InlineData("ws://h/", "a", "Host: b")]
    [InlineData("ws://h/", "a", "Sec-WebSocket-Key: b")]
    [InlineData("ws://h/", "a", "X: a\r\nEvil: 1")]
    public async Task What_cannot_be_asked_for_is_refused_before_anything_is_sent(string uri, string protocol, string field)
    {
        (MemoryTransport client, MemoryTransport server) = MemoryTransport.CreatePair();
        string[] parts = field.Split(": ", 2);
        var options = new WebSocketOptions { Subprotocols = [protocol], Fields = [new HttpField(parts[0], parts[1])] };
        await Assert.ThrowsAnyAsync<ArgumentException>(() => WebSocketConnection.ConnectAsync(client, new Uri(uri), options).AsTask());
        Assert.False(server.Input.TryRead(out _));
    }

    [Fact]
    [Requirement("WS-4.1-10", "WS-4.1-18", "WS-4.1-19")]
    public async Task Nothing_is_sent_before_the_reply_and_frames_may_come_right_behind_it()
    {
        (Task<WebSocketConnection> connecting, RawPeer server) = ScriptedServer.Begin();
        string request = await server.ReadHeadAsync();
        Task<ValueTask> sending = connecting.ContinueWith(task => task.Result.SendAsync("hello"), TaskScheduler.Default);
        Assert.Equal("", server.Arrived());
        string reply =
            $"HTTP/1.1 101 OK\r\nsec-websocket-accept: {HandshakeKey.Accept(ScriptedServer.KeyOf(request))}\r\nX: y\r\nconnection: keep-alive, UPGRADE\r\nUPGRADE: WebSocket\r\n\r\n";
        byte[] bytes = [.. Encoding.ASCII.GetBytes(reply), .. Hex.Bytes("81 02 6869")];
        foreach (byte b in bytes) await server.SendAsync(new[] { b });

        WebSocketConnection client = await connecting;
        Assert.Equal("hi", (await client.ReceiveAsync())!.Value.GetText());
        await await sending;
        Assert.Equal("hello", Encoding.ASCII.GetString((await server.ReadFrameAsync()).Payload));
    }

    [Theory]
    [Requirement("WS-4.1-11", "WS-4.1-12", "WS-4.1-13", "WS-4.1-14", "WS-4.1-15", "WS-4.1-16", "WS-9.1-01", "WS-4.2.2-10")]
    [InlineData("101 Switching Protocols", "302 Found\r\nLocation: /", "ReplyStatus", 302)]
    [InlineData("101 Switching Protocols", "401 Unauthorized", "ReplyStatus", 401)]
    [InlineData("Upgrade: websocket", "Upgrade: foo", "ReplyUpgrade", 101)]
    [InlineData("Connection: Upgrade", "Connection: keep-alive", "ReplyConnection", 101)]
    [InlineData("Sec-WebSocket-Accept: ", "Sec-WebSocket-Accept: x", "ReplyAccept", 101)]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Protocol: b", "ReplyProtocol", 101)]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Extensions: permessage-deflate", "ReplyNotOffered", 101)]
    [InlineData("Upgrade: websocket", "Upgrade: websocket\r\nSec-WebSocket-Extensions: ;x", "ReplyExtensions", 101)]
    [InlineData("HTTP/1.1", "HTTQ/1.1", null, 0)]
    public async Task A_reply_that_is_no_agreement_fails(string part, string replaced, string? rule, int status)
    {
        (Task<WebSocketConnection> connecting, RawPeer server) = ScriptedServer.Begin(new WebSocketOptions { Subprotocols = ["a"] });
        string reply = ScriptedServer.Reply(await server.ReadHeadAsync()).Replace(part, replaced, StringComparison.Ordinal);
        await server.TrySendAsync(Encoding.ASCII.GetBytes(reply));
        var failed = await Assert.ThrowsAsync<WebSocketHandshakeException>(() => connecting.WaitAsync(TimeSpan.FromSeconds(30)));
        Assert.Equal(status, failed.Status);
        if (rule is not null) Assert.Equal(rule, failed.Rule.Name);
        Assert.Equal("reset", await server.ReadRestAsync());
    }

    [Fact]
    [Requirement("WS-4.1-20", "WS-4.1-11")]
    public async Task A_reply_is_bounded_in_size()
    {
        (Task<WebSocketConnection> connecting, RawPeer server) = ScriptedServer.Begin();
        await server.ReadHeadAsync();
        await server.SendTextAsync("HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 101 OK\r\n");
        byte[] line = Encoding.ASCII.GetBytes($"X: {new string('x', 1000)}\r\n");
        for (int i = 0; i < 50 && await server.TrySendAsync(line); i++)
        {
        }

        Assert.Equal("FieldsTooLarge", (await Assert.ThrowsAsync<WebSocketHandshakeException>(() => connecting)).Rule.Name);

        (connecting, server) = ScriptedServer.Begin();
        await server.ReadHeadAsync();
        for (int i = 0; i < 9; i++) await server.TrySendAsync("HTTP/1.1 103 Early Hints\r\n\r\n"u8.ToArray());
        Assert.Equal("ReplyStatus", (await Assert.ThrowsAsync<WebSocketHandshakeException>(() => connecting)).Rule.Name);

        (connecting, server) = ScriptedServer.Begin();
        server.SendFin();
        await Assert.ThrowsAsync<IOException>(() => connecting);
    }

    [Fact]
    [Requirement("WS-4.1-20", "WS-4.1-02")]
    public async Task Connections_to_one_address_are_opened_one_by_one_and_within_a_time()
    {
        using var stop = new CancellationTokenSource();
        (Uri uri, ChannelReader<RawPeer> connections) = await ScriptedServer.ListenAsync(stop.Token);
        var time = new ManualTime();
        var options = new WebSocketOptions { Time = time };
        Task<WebSocketConnection> first = WebSocketConnection.ConnectAsync(uri, options).AsTask();
        RawPeer peer = await connections.ReadAsync(stop.Token);
        Task<WebSocketConnection> second = WebSocketConnection.ConnectAsync(new Uri($"ws://localhost:{uri.Port}/"), options).AsTask();
        using var cancel = new CancellationTokenSource();
        Task<WebSocketConnection> given = WebSocketConnection.ConnectAsync(uri, options, cancel.Token).AsTask();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);

        // One that does not want to wait does not.
        Task<WebSocketConnection> atOnce = WebSocketConnection.ConnectAsync(uri, options with { ConnectAtOnce = true }).AsTask();
        RawPeer another = await connections.ReadAsync(stop.Token);
        await ScriptedServer.AcceptAsync(another);
        await (await atOnce.WaitAsync(TimeSpan.FromSeconds(30))).FlushAsync();
        Assert.False(second.IsCompleted);
        Assert.False(connections.TryRead(out _));

        await ScriptedServer.AcceptAsync(peer);
        await first;
        await ScriptedServer.AcceptAsync(await connections.ReadAsync(stop.Token));
        await second;

        Task<WebSocketConnection> slow = WebSocketConnection.ConnectAsync(uri, options).AsTask();
        await connections.ReadAsync(stop.Token);
        time.Advance(options.ConnectTimeout);
        await Assert.ThrowsAsync<TimeoutException>(() => slow.WaitAsync(TimeSpan.FromSeconds(30)));
        await stop.CancelAsync();
    }

    [Fact]
    [Requirement("WS-4.1-03", "WS-10.6-01", "WS-5.1-01")]
    public async Task TLS_comes_before_the_handshake_and_names_the_host()
    {
        using var stop = new CancellationTokenSource();
        (Uri uri, ChannelReader<RawPeer> connections) = await ScriptedServer.ListenAsync(stop.Token);
        uri = new Uri($"wss://localhost:{uri.Port}/");
        using X509Certificate2 certificate = Certificate();

        Task<WebSocketConnection> distrusting = WebSocketConnection.ConnectAsync(uri, new WebSocketOptions { ConnectAtOnce = true }).AsTask();
        await Assert.ThrowsAnyAsync<Exception>(() => SecureAsync(connections, certificate, stop.Token).Result.ReadHeadAsync());
        await Assert.ThrowsAsync<AuthenticationException>(() => distrusting.WaitAsync(TimeSpan.FromSeconds(30)));

        string? host = null;
        var options = new WebSocketOptions
        {
            ConfigureTls = tls =>
            {
                host = tls.TargetHost;
                tls.RemoteCertificateValidationCallback = (_, presented, _, _) => presented?.GetCertHashString() == certificate.Thumbprint;
            },
        };
        Task<WebSocketConnection> connecting = WebSocketConnection.ConnectAsync(uri, options).AsTask();
        RawPeer server = await SecureAsync(connections, certificate, stop.Token);
        await ScriptedServer.AcceptAsync(server, frames: "89 01 70 81 02 6869");
        WebSocketConnection client = await connecting;
        Assert.Equal("localhost", host);
        Assert.Equal("hi", (await client.ReceiveAsync())!.Value.GetText());
        byte[] large = [.. Enumerable.Range(0, 200_000).Select(i => (byte)i)];
        Task sending = client.SendAsync(large, Opcode.Binary).AsTask();
        Assert.Equal(0x8A, (await server.ReadFrameAsync()).First);
        var received = new List<byte>();
        while (received.Count < large.Length) received.AddRange((await server.ReadFrameAsync()).Payload);
        Assert.Equal(large, received);
        await sending;

        Task closing = client.DisposeAsync().AsTask();
        await server.ExpectCloseAsync(1000);
        await server.SendHexAsync("88 02 03E8");
        await server.DisposeAsync();
        await closing.WaitAsync(TimeSpan.FromSeconds(30));
        await stop.CancelAsync();
    }

    [Fact]
    [Requirement("WS-7.2.3-01")]
    public void Who_comes_back_waits_at_random_at_first_and_then_longer_and_longer()
    {
        TimeSpan[] firsts = [.. Enumerable.Range(0, 100).Select(seed => new ReconnectDelays(random: new Random(seed)).Next())];
        Assert.All(firsts, first => Assert.InRange(first, TimeSpan.Zero, TimeSpan.FromSeconds(5)));
        Assert.InRange(firsts.Select(first => (int)(first.TotalMilliseconds / 100)).Distinct().Count(), 30, 50);

        var delays = new ReconnectDelays(random: new Random(1));
        TimeSpan[] all = [.. Enumerable.Range(0, 8).Select(_ => delays.Next())];
        int[] limits = [5, 10, 20, 40, 60, 60, 60, 60];
        for (int i = 1; i < all.Length; i++) Assert.InRange(all[i], TimeSpan.FromSeconds(limits[i] / 2.0), TimeSpan.FromSeconds(limits[i]));
        delays.Reset();
        Assert.InRange(delays.Next(), TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static async Task<RawPeer> SecureAsync(ChannelReader<RawPeer> connections, X509Certificate2 certificate, CancellationToken stop)
    {
        RawPeer plain = await connections.ReadAsync(stop);
        var stream = new SslStream(plain.Transport.AsStream());
        await stream.AuthenticateAsServerAsync(certificate);
        return new RawPeer(new Minimal.WebSocket.Client.StreamTransport(stream, plain.Transport));
    }

    private static X509Certificate2 Certificate()
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using X509Certificate2 made = request.CreateSelfSigned(DateTimeOffset.UnixEpoch, new DateTimeOffset(2100, 1, 1, 0, 0, 0, TimeSpan.Zero));
        return X509CertificateLoader.LoadPkcs12(made.Export(X509ContentType.Pkcs12), null);
    }
}
