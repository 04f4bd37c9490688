using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// How much a topic keeps and whom it serves. At least one of <see cref="MaxMessages"/>, <see cref="MaxBytes"/> and
/// <see cref="MaxAge"/> is set; where several are, each holds. Immutable, so one instance can serve every topic.
/// </summary>
public sealed record TopicOptions
{
    private static readonly SearchValues<char> ControlCharacters =
        SearchValues.Create(Encoding.ASCII.GetString(HttpChars.Controls));

    /// <summary>The defaults named at each property.</summary>
    public static TopicOptions Default { get; } = new();

    /// <summary>Messages kept, 1000; in a compacted topic, keys kept. Null: not bounded by number.</summary>
    public int? MaxMessages { get; init; } = 1000;

    /// <summary>
    /// Bytes kept, 1 MiB: data, twice the characters of type and key, and 64 for each message. No single message may be larger.
    /// Null: not bounded by size.
    /// </summary>
    public long? MaxBytes { get; init; } = 1024 * 1024;

    /// <summary>
    /// How long a message is kept; null, the default: for as long as the other bounds allow. Looked at when the topic is
    /// published to or read from, so no timer runs.
    /// </summary>
    public TimeSpan? MaxAge { get; init; }

    /// <summary>
    /// Whether only the latest message of each key is kept; false. A message that is replaced leaves no gap, one that a bound
    /// drives out does.
    /// </summary>
    public bool IsCompacted { get; init; }

    /// <summary>Waiters registered at one time, 100,000; one more is refused.</summary>
    public int MaxWaiters { get; init; } = 100_000;

    /// <summary>
    /// Bytes of each framed log, 1 MiB, plus up to one block of 64 KiB or one message. A reader further back is served from the
    /// messages themselves.
    /// </summary>
    public int MaxFramedBytes { get; init; } = 1024 * 1024;

    /// <summary>The clock, for <see cref="MaxAge"/> and for expiry; the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where sweeps run, later and never inside the call: on the thread pool. Tests have them run by hand.</summary>
    public Action<IThreadPoolWorkItem> Schedule { get; init; } = static work => ThreadPool.UnsafeQueueUserWorkItem(work, preferLocal: false);

    /// <summary>The rule that a message breaks in a topic with these options; null if it may be published.</summary>
    internal ProtocolRule? Refuse(ReadOnlyMemory<byte> data, string? type, string? key)
    {
        if (TopicMessage.CostOf(data, type, key) > MaxBytes) return TopicRules.MessageTooLarge;
        if (IsCompacted && key is null) return TopicRules.KeyMissing;
        if (type is "open" or "gap" or "end" or "error") return TopicRules.ReservedType;
        return HasControl(type) || HasControl(key) ? TopicRules.ControlCharacter : null;
    }

    internal void Validate()
    {
        if (MaxMessages is null && MaxBytes is null && MaxAge is null)
            throw new ArgumentException("A topic is bounded by at least one of MaxMessages, MaxBytes and MaxAge.");
        if (MaxMessages is < 1 || MaxBytes < TopicMessage.Overhead || MaxAge <= TimeSpan.Zero)
            throw new ArgumentException("A topic keeps at least one message: MaxMessages, MaxBytes or MaxAge is too small.");
        if (MaxWaiters < 1 || MaxFramedBytes < 1)
            throw new ArgumentException("MaxWaiters and MaxFramedBytes are at least 1.");
    }

    private static bool HasControl(string? text) => text is not null && text.AsSpan().ContainsAny(ControlCharacters);
}
