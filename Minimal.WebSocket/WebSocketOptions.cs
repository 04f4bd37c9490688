using System.Diagnostics.CodeAnalysis;
using System.IO.Compression;
using System.Net.Security;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>What a WebSocket is told besides its peer. Immutable, so one instance can serve every connection.</summary>
public sealed record WebSocketOptions
{
    /// <summary>The defaults named at each property.</summary>
    public static WebSocketOptions Default { get; } = new();

    /// <summary>How much of each thing is accepted from the peer.</summary>
    public WebSocketLimits Limits { get; init; } = WebSocketLimits.Default;

    /// <summary>
    /// Server: whose pages may connect; by default those of the host that they connect to, and programs that send no Origin
    /// (RFC 6455 §10.2). Others get 403.
    /// </summary>
    public OriginPolicy Origins { get; init; } = OriginPolicy.SameHost;

    /// <summary>
    /// Server: the subprotocols that are spoken here, best first; the first that the client listed is chosen. Client: those that are asked
    /// for, best first. None by default.
    /// </summary>
    public IReadOnlyList<string> Subprotocols { get; init; } = [];

    /// <summary>
    /// Server: chooses among the subprotocols that the client listed, in place of <see cref="Subprotocols"/>; null means none. What it
    /// chooses must be one of them. Null by default.
    /// </summary>
    public Func<IReadOnlyList<string>, string?>? ChooseSubprotocol { get; init; }

    /// <summary>
    /// Whether the program has permessage-deflate in it: true unless it was built without, which makes a small native program smaller.
    /// Then <see cref="Deflate"/> has no effect.
    /// </summary>
    [FeatureSwitchDefinition("Minimal.WebSocket.Deflate")]
    public static bool IsDeflateSupported { get; } = !AppContext.TryGetSwitch("Minimal.WebSocket.Deflate", out bool isSupported) || isSupported;

    /// <summary>
    /// permessage-deflate (RFC 7692): null, the default, does without. It costs a connection about 265 KB that keeps its contexts, and
    /// only while a message is under way without them; text that a client chooses must not be compressed together with a secret
    /// (RFC 7692 §8).
    /// </summary>
    public DeflatePolicy? Deflate { get; init; }

    /// <summary>Client: closes with 1010 when the server does not agree to <see cref="Deflate"/> (RFC 6455 §7.4.1). False by default: it goes on without.</summary>
    public bool RequireDeflate { get; init; }

    /// <summary>Messages smaller than this are sent as they are, in bytes, 1024: the number of the JavaScript library ws.</summary>
    public int MinCompressBytes { get; init; } = 1024;

    /// <summary>Speed against size of what is compressed. <see cref="CompressionLevel.Fastest"/> by default.</summary>
    public CompressionLevel CompressionLevel { get; init; } = CompressionLevel.Fastest;

    /// <summary>
    /// How long a peer may be silent before it gets a ping, 20 s: the number of the Python library websockets, and below the 60 s after which
    /// common proxies end a silent connection. <see cref="Timeout.InfiniteTimeSpan"/> sends none, and does not look whether the peer is alive.
    /// </summary>
    public TimeSpan PingInterval { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a peer may take to answer a ping, or to take anything of what is sent to it, 20 s: as above. Beyond, the connection is
    /// aborted: 1006.
    /// </summary>
    public TimeSpan PongTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How long the peer may take to answer a Close, and a server to end TCP behind it, 5 s: the number of coder/websocket. Beyond, the connection is aborted.</summary>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How many bytes of messages may wait because the peer takes them slowly, 16 MiB: sixteen of the largest messages that are accepted
    /// by default. One message may wait whatever its size. Beyond, the connection is aborted, and no other is affected. A writer that awaits
    /// each send never gets there.
    /// </summary>
    public long MaxQueuedBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// Server: keeps the head of the request, some 4 KiB, as long as the connection lasts. False by default: when the WebSocket is accepted,
    /// <c>HttpExchange.Request</c> is empty, so read what is needed before.
    /// </summary>
    public bool KeepRequest { get; init; }

    /// <summary>Client: further fields of the request, such as Origin, Cookie or Authorization.</summary>
    public IReadOnlyList<HttpField> Fields { get; init; } = [];

    /// <summary>Client: from the beginning until the WebSocket is open, 15 s: name, TCP, TLS and handshake together. A TCP that gets no answer asks a fourth time after 15 s.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>Client: how much of a reply is accepted.</summary>
    public HttpLimits ReplyLimits { get; init; } = HttpLimits.Default;

    /// <summary>Client: changes how TLS is begun for wss: trust, certificates, versions. The host's name and HTTP/1.1 are set when it is called. Null by default.</summary>
    public Action<SslClientAuthenticationOptions>? ConfigureTls { get; init; }

    /// <summary>
    /// Client: connects to an address while another connection to it is being opened. False by default: they wait for each other
    /// (RFC 6455 §4.1).
    /// </summary>
    public bool ConnectAtOnce { get; init; }

    /// <summary>Client: the clock; the system's by default. A server's WebSocket has its server's clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
