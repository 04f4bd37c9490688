namespace Minimal.Http.Topics;

/// <summary>Which topics a registry makes, how many, and for how long. Immutable.</summary>
public sealed record TopicRegistryOptions
{
    /// <summary>The defaults named at each property.</summary>
    public static TopicRegistryOptions Default { get; } = new();

    /// <summary>Topics at one time, 10,000; when there are more, those that nobody needs go, and if none does, a new one is refused.</summary>
    public int MaxTopics { get; init; } = 10_000;

    /// <summary>Characters of a name, 256: names come from URLs, so somebody else chooses them.</summary>
    public int MaxNameLength { get; init; } = 256;

    /// <summary>
    /// How long a topic that nobody waits for, takes from the registry or publishes to is kept, 10 minutes. Its next life has
    /// another epoch, so whoever comes back is told of a gap.
    /// </summary>
    public TimeSpan Idle { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Makes the topic of a name that is asked for the first time; null answers that there is none. Called under the registry's
    /// lock: be quick, and do not call the registry. Without it, the default, every name has a topic with default options.
    /// </summary>
    public Func<string, Topic?>? Create { get; init; }

    /// <summary>The clock; the system's. Topics that <see cref="Create"/> makes are to have the same.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
