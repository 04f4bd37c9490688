using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>One way in which a client reads: what it sends, and what it makes of the bytes that come back. Immutable.</summary>
public abstract class NoLossTransport
{
    /// <summary>Short polling.</summary>
    public static NoLossTransport ShortPoll { get; } = new PollTransport("poll");

    /// <summary>Long polling.</summary>
    public static NoLossTransport LongPoll { get; } = new PollTransport("long");

    /// <summary>NDJSON, as fetch reads it.</summary>
    public static NoLossTransport Ndjson { get; } = new LineTransport("ndjson", "1.1");

    /// <summary>NDJSON over HTTP/1.0: without chunks.</summary>
    public static NoLossTransport Ndjson10 { get; } = new LineTransport("ndjson", "1.0");

    /// <summary>The hidden iframe.</summary>
    public static NoLossTransport ForeverFrame { get; } = new LineTransport("frame", "1.1");

    /// <summary>Server-Sent Events, for endpoints that have <c>TopicSse</c>: read as an EventSource does, which comes back with Last-Event-ID.</summary>
    public static NoLossTransport Sse { get; } = new SseTransport();

    /// <summary>Those that every endpoint has.</summary>
    public static IReadOnlyList<NoLossTransport> All { get; } = [ShortPoll, LongPoll, Ndjson, Ndjson10, ForeverFrame];

    /// <summary>What reports call it.</summary>
    public abstract string Name { get; }

    /// <summary>The request of a client that stands there, as Latin-1 text.</summary>
    /// <param name="target">What it asks for; without a query.</param>
    /// <param name="after">Where it stands.</param>
    public abstract string Request(string target, Cursor after);

    /// <summary>Begins to read the answer to one request.</summary>
    /// <param name="client">Who is told what the answer brings.</param>
    public abstract NoLossReader Read(NoLossClient client);

    /// <inheritdoc />
    public override string ToString() => Name;
}
