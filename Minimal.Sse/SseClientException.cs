using Minimal.Http.Wire;

namespace Minimal.Sse;

/// <summary>
/// An <see cref="SseClient"/> gave up, or why it has to try again: the only exception that reading from it throws, but for
/// <see cref="OperationCanceledException"/>.
/// </summary>
public sealed class SseClientException : Exception
{
    internal SseClientException(SseClientFailure failure, string message, Exception? cause = null)
        : base(message, cause)
    {
        Failure = failure;
    }

    /// <summary>What went wrong.</summary>
    public SseClientFailure Failure { get; }

    /// <summary>The status of the response, where that was wrong; otherwise null.</summary>
    public int? Status { get; internal init; }

    /// <summary>The rule that the stream broke, when it went beyond its limits; otherwise null.</summary>
    public ProtocolRule? Rule { get; internal init; }

    /// <summary>How long the server wants to be left alone (Retry-After); null when it did not say.</summary>
    internal TimeSpan? RetryAfter { get; init; }
}
