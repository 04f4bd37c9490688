using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;

namespace Minimal.Http;

/// <summary>What a server is told besides its handler and its listeners. Immutable.</summary>
public sealed record HttpServerOptions
{
    /// <summary>How much of everything the server accepts.</summary>
    public HttpLimits Limits { get; init; } = HttpLimits.Default;

    /// <summary>How long the server waits for what.</summary>
    public HttpTimeouts Timeouts { get; init; } = HttpTimeouts.Default;

    /// <summary>The clock of everything the server does; the system's by default.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>
    /// Whether the program has the server's log in it: true unless it was built without, which makes a small native program smaller. Then
    /// <see cref="Logging"/> has no effect.
    /// </summary>
    [FeatureSwitchDefinition("Minimal.Http.Logging")]
    public static bool IsLoggingSupported { get; } = !AppContext.TryGetSwitch("Minimal.Http.Logging", out bool isSupported) || isSupported;

    /// <summary>Where the server logs; nowhere by default.</summary>
    public ILoggerFactory Logging { get; init; } = NullLoggerFactory.Instance;

    /// <summary>Whether the handler sees CONNECT and TRACE; false by default: they are refused with 501.</summary>
    public bool AllowConnectAndTrace { get; init; }

    /// <summary>
    /// Whether the handler sees a PUT with a Content-Range; false by default: it is refused with 400, for a handler that does not know of it would
    /// store a part as the whole (RFC 9110 §14.5). With other methods the field means nothing.
    /// </summary>
    public bool AllowPartialPut { get; init; }

    /// <summary>Shows what passes on the server's connections; null, the default, is off and costs one branch for each connection.</summary>
    public WireInspector? Inspector { get; init; }

    /// <summary>
    /// The most that peers can make the server hold in its own buffers, in bytes: what one connection can take at worst, times the
    /// connections. What handlers keep is not in it.
    /// </summary>
    public long MaxBufferBytes => Limits.MaxConnections * ConnectionBytes;

    // A read buffer holds a head, or what comes ahead, or a piece of a body of up to 64 KiB; it doubles as it grows. The head has a block of its
    // own, and a table of its lines.
    private long ConnectionBytes => (2L * Math.Max(Limits.MaxHeadBytes, Math.Max(Limits.MaxReadAheadBytes, 64 * 1024))) + Limits.MaxHeadBytes
        + (32L * Limits.MaxFields) + Limits.MaxTrailerBytes + (4L * Limits.ResponseBufferBytes);

    /// <summary>The limits and their sum, in words, a line each.</summary>
    public string DescribeLimits() => string.Create(CultureInfo.InvariantCulture, $"""
        a head: {Limits.MaxHeadBytes:N0} bytes, {Limits.MaxFields} fields
        a body: {Limits.MaxBodyBytes:N0} bytes, at {Timeouts.MinRequestBodyRate} bytes/s or more; it is streamed, not held
        trailers: {Limits.MaxTrailerBytes:N0} bytes; chunk extensions: {Limits.MaxChunkExtensionBytes:N0} bytes
        a response under way: {Limits.ResponseBufferBytes:N0} bytes before it leaves
        one connection at worst: {ConnectionBytes:N0} bytes in buffers; one that waits holds none
        {Limits.MaxConnections:N0} connections at worst: {MaxBufferBytes:N0} bytes
        """);
}
