using System.Globalization;
using System.Net.Http.Headers;

namespace Minimal.Http.Topics;

/// <summary>The endpoint answered with a status that is not 200.</summary>
internal sealed class TopicRefusal : HttpRequestException
{
    // Longer than any server has reason to ask for, and within what timers take.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(1);

    public TopicRefusal(HttpResponseMessage response, TimeProvider time)
        : base(string.Create(CultureInfo.InvariantCulture, $"The endpoint answered {(int)response.StatusCode}."), null, response.StatusCode)
    {
        RetryConditionHeaderValue? asked = response.Headers.RetryAfter;
        TimeSpan wait = asked?.Delta ?? (asked?.Date - time.GetUtcNow()) ?? TimeSpan.Zero;
        RetryAfter = wait < Longest ? wait : Longest;
    }

    /// <summary>What Retry-After asks for (RFC 9110 §10.2.3); zero or less when it asks for nothing.</summary>
    public TimeSpan RetryAfter { get; }
}
