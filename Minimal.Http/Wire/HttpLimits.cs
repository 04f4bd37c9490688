namespace Minimal.Http.Wire;

/// <summary>
/// How much of each element a parser accepts. Sizes are in bytes and not negative. What exceeds a limit is refused with the
/// status that the property names; nothing is buffered beyond it. Immutable, so one instance can serve every connection.
/// </summary>
public sealed record HttpLimits
{
    /// <summary>The defaults named at each property.</summary>
    public static HttpLimits Default { get; } = new();

    /// <summary>The method of a request, 32 bytes: the longest that is registered, UPDATEREDIRECTREF, has 17. Beyond: 501.</summary>
    public int MaxMethodBytes { get; init; } = 32;

    /// <summary>
    /// The request line without its CRLF, 8 KiB: RFC 9112 §3 asks for at least 8000 octets; nginx and Kestrel use the same. Beyond: 414.
    /// For a client, the status line.
    /// </summary>
    public int MaxRequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>All field lines of a head with their line ends, 32 KiB: Kestrel's number. Beyond: 431.</summary>
    public int MaxFieldBytes { get; init; } = 32 * 1024;

    /// <summary>Field lines of a head, 100: Kestrel's and Apache's number. Beyond: 431.</summary>
    public int MaxFields { get; init; } = 100;

    /// <summary>Empty lines in front of a request line, 4: RFC 9112 §2.2 asks for at least one. Beyond: 400.</summary>
    public int MaxEmptyLines { get; init; } = 4;

    /// <summary>
    /// The line that holds a chunk's size and extensions, without its CRLF, 1 KiB; hyper allows 16 KiB of extensions in all. Beyond: 400.
    /// </summary>
    public int MaxChunkLineBytes { get; init; } = 1024;

    /// <summary>
    /// All chunk extensions of one body together, 16 KiB: hyper's number. Leading zeros of sizes beyond 16 digits count too. Beyond: 400.
    /// </summary>
    public int MaxChunkExtensionBytes { get; init; } = 16 * 1024;

    /// <summary>All field lines of a trailer section with their line ends, 8 KiB: a quarter of the field section. Beyond: 431.</summary>
    public int MaxTrailerBytes { get; init; } = 8 * 1024;

    /// <summary>The most that a head can take in memory: empty lines, request line and fields.</summary>
    public long MaxHeadBytes => (2L * MaxEmptyLines) + MaxRequestLineBytes + 2 + MaxFieldBytes + 2;

    /// <summary>The body of a request, 30,000,000: Kestrel's and IIS's number. An exchange can change it for itself. Beyond: 413.</summary>
    public long MaxBodyBytes { get; init; } = 30_000_000;

    /// <summary>
    /// How much of a body that the handler left unread is read and thrown away to keep the connection, 64 KiB; beyond, the connection
    /// closes.
    /// </summary>
    public long MaxDrainBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// How much is still read, and thrown away, of a client that goes on sending when its connection ends, 16 MiB, so that it gets the
    /// last response and no reset (RFC 9112 §9.6).
    /// </summary>
    public long MaxLingerBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>
    /// How much a client may send ahead while its request is being answered and watched for its end, 16 KiB: one read's worth.
    /// </summary>
    public int MaxReadAheadBytes { get; init; } = 16 * 1024;

    /// <summary>How much of a response is collected before it leaves without a flush, 16 KiB: some ten packets.</summary>
    public int ResponseBufferBytes { get; init; } = 16 * 1024;

    /// <summary>Connections at a time, 20,000: what <c>HttpServerOptions.DescribeLimits</c> multiplies by. Beyond: 503.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>
    /// Connections at a time from one address; unlimited by default, for behind a proxy all clients have one address. Beyond: 503.
    /// </summary>
    public int MaxConnectionsPerAddress { get; init; } = int.MaxValue;

    /// <summary>Requests on one connection before it closes; unlimited by default, as in Kestrel.</summary>
    public int MaxRequestsPerConnection { get; init; } = int.MaxValue;
}
