namespace Minimal.WebSocket.Wire;

/// <summary>
/// How much of each thing a receiver accepts. Sizes are in bytes. What exceeds a limit is refused with the rule that the
/// property names, as soon as it is announced; nothing is allocated ahead of the bytes. Immutable, so one instance can
/// serve every connection.
/// </summary>
public sealed record WebSocketLimits
{
    /// <summary>The defaults named at each property.</summary>
    public static WebSocketLimits Default { get; } = new();

    /// <summary>
    /// The payload of one data frame, 1 MiB: as much as a message, so that a message need not be fragmented. Control frames
    /// are bounded by RFC 6455 §5.5 alone. Beyond: <see cref="WebSocketRules.FrameTooLarge"/>, 1009.
    /// </summary>
    public long MaxFrameBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// A message after decompression, 1 MiB: the number of the Python library websockets.
    /// Beyond: <see cref="WebSocketRules.MessageTooLarge"/>, 1009.
    /// </summary>
    public int MaxMessageBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// Frames of one message, 1,048,576: a message of the default size may come byte by byte. A fragment costs no memory here,
    /// so this only ends messages that never end. Beyond: <see cref="WebSocketRules.TooManyFragments"/>, 1008.
    /// </summary>
    public int MaxFragments { get; init; } = 1024 * 1024;

    /// <summary>
    /// How many bytes one compressed byte may become, 100: DEFLATE reaches 1032 and Bandit allows 25, but a window that is kept makes
    /// repeated messages very small. Judged at each 64 KiB of a message, so smaller ones are never refused by it.
    /// Beyond: <see cref="WebSocketRules.InflatedTooFar"/>, 1009.
    /// </summary>
    public int MaxInflateRatio { get; init; } = 100;
}
