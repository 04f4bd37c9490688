namespace Minimal.Http.Topics;

/// <summary>How a <see cref="TopicClient"/> reads. Immutable.</summary>
public sealed record TopicClientOptions
{
    /// <summary>The defaults named at each property.</summary>
    public static TopicClientOptions Default { get; } = new();

    /// <summary>Whether a single topic is read as a stream as long as that gets through; true. Several are polled in any case: one request serves all.</summary>
    public bool Streams { get; init; } = true;

    /// <summary>
    /// In which time a stream says where it stands, 5 s. One that does not is held back by something on the way (RFC 6202 §3.2): from then on the
    /// client polls.
    /// </summary>
    public TimeSpan FirstRecord { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>After how long without a byte a stream counts as lost, 45 s: three heartbeats of <see cref="TopicEndpointOptions.Heartbeat"/>.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromSeconds(45);

    /// <summary>The longest record of a stream, 16 MiB: the server's largest message, escaped, in any case.</summary>
    public int MaxRecordBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long a poll asks to be held, 25 s; less than the HttpClient's Timeout.</summary>
    public TimeSpan Hold { get; init; } = TimeSpan.FromSeconds(25);

    /// <summary>The longest wait after a first failure, 1 s. With each failure in a row it doubles; by chance it is up to a half shorter.</summary>
    public TimeSpan FirstBackOff { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Where the doubling ends, 30 s.</summary>
    public TimeSpan LastBackOff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The client's own name, of which the server holds one request; none unless set. Whoever reads under it later ends this one.</summary>
    public string? Name { get; init; }

    /// <summary>The clock of all waiting; the system's.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where chance comes from.</summary>
    internal Random Random { get; init; } = Random.Shared;

    /// <summary>How long to wait after so many failures in a row before this one.</summary>
    internal TimeSpan BackOff(int failures)
    {
        TimeSpan most = FirstBackOff;
        for (int i = 0; i < failures && most < LastBackOff; i++) most *= 2;
        if (most > LastBackOff) most = LastBackOff;
        return most * (0.5 + (0.5 * Random.NextDouble()));
    }
}
