using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>What a <see cref="WireReader"/> is told. Immutable, so one instance can serve every connection.</summary>
public sealed record WireReaderOptions
{
    /// <summary>The defaults named at each property.</summary>
    public static WireReaderOptions Default { get; } = new();

    /// <summary>Fields whose values nobody should see: Authorization, Proxy-Authorization, Cookie and Set-Cookie.</summary>
    public static IReadOnlyList<string> Secrets { get; } = ["Authorization", "Proxy-Authorization", "Cookie", "Set-Cookie"];

    /// <summary>How much of each element is accepted; beyond, the rule of the limit is what breaks. A server's defaults.</summary>
    public HttpLimits Limits { get; init; } = HttpLimits.Default;

    /// <summary>
    /// What reads the inside of bodies and of upgraded connections, the first that fits: records of topics by default. <c>SseWireContent</c>
    /// and <c>WebSocketWireContent</c> are in the libraries of those names.
    /// </summary>
    public IReadOnlyList<WireContent> Contents { get; init; } = [new TopicWireContent()];

    /// <summary>The most bytes of a long element in one span, 4 KiB: a body of 10,000 bytes is three spans. At least 1.</summary>
    public int MaxSpanBytes { get; init; } = 4 * 1024;

    /// <summary>
    /// How many bytes may wait to be understood, 64 KiB: the longest line of a body whose inside is read, and what a client may send before
    /// the answer to its upgrade. Beyond, they are a body like any other. At least 1.
    /// </summary>
    public int MaxHeldBytes { get; init; } = 64 * 1024;

    /// <summary>
    /// Requests that may wait for their responses, 100. Beyond, the responses to those that were forgotten are read as answers to GET.
    /// </summary>
    public int MaxExchangesHeld { get; init; } = 100;

    /// <summary>Fields whose values are shown as asterisks, in any case; none by default. <see cref="Secrets"/> is a good choice.</summary>
    public IReadOnlyList<string> MaskedFields { get; init; } = [];
}
