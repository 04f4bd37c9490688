namespace Minimal.Http.Wire;

/// <summary>
/// How much of each element a parser accepts. Sizes are in bytes. What exceeds a limit is refused with the rule
/// that the property names; nothing is buffered beyond it. Immutable, so one instance can serve every connection.
/// </summary>
public sealed record HttpLimits
{
    /// <summary>The defaults named at each property.</summary>
    public static HttpLimits Default { get; } = new();

    /// <summary>The request line without its CRLF, 8 KiB: RFC 9112 §3 asks for at least 8000 octets; nginx and Kestrel use the same. Beyond: 414.</summary>
    public int MaxRequestLineBytes { get; init; } = 8 * 1024;

    /// <summary>All field lines of a head with their line ends, 32 KiB: Kestrel's number. Beyond: 431.</summary>
    public int MaxFieldBytes { get; init; } = 32 * 1024;

    /// <summary>Field lines of a head, 100: Kestrel's and Apache's number. Beyond: 431.</summary>
    public int MaxFields { get; init; } = 100;

    /// <summary>Empty lines in front of a request line, 4: RFC 9112 §2.2 asks for at least one. Beyond: 400.</summary>
    public int MaxEmptyLines { get; init; } = 4;

    /// <summary>The line that holds a chunk's size and extensions, without its CRLF, 1 KiB; hyper allows 16 KiB of extensions in all. Beyond: 400.</summary>
    public int MaxChunkLineBytes { get; init; } = 1024;

    /// <summary>All chunk extensions of one body together, 16 KiB: hyper's number. Beyond: 400.</summary>
    public int MaxChunkExtensionBytes { get; init; } = 16 * 1024;

    /// <summary>A trailer section, 8 KiB: a quarter of the field section. Beyond: 431.</summary>
    public int MaxTrailerBytes { get; init; } = 8 * 1024;

    /// <summary>The most that a head can take in memory: empty lines, request line and fields.</summary>
    public int MaxHeadBytes => (2 * MaxEmptyLines) + MaxRequestLineBytes + 2 + MaxFieldBytes + 2;
}
