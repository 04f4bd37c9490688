using System.Globalization;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>How long a poll is held: by <c>?wait=</c>, else <c>Prefer: wait=</c>, else the endpoint's default.</summary>
/// <param name="Time">Until the poll is answered.</param>
/// <param name="Applied">The preference that was followed, for Preference-Applied; null when there was none.</param>
internal readonly record struct HoldTime(TimeSpan Time, string? Applied)
{
    private const double MaxSeconds = 86_400;

    /// <summary>Decides; null when <c>?wait=</c> cannot be read.</summary>
    /// <param name="request">The poll.</param>
    /// <param name="options">Default, ceiling, margin and jitter.</param>
    /// <param name="chance">A random number of at least 0 and below 1.</param>
    public static HoldTime? Decide(RequestHead request, TopicEndpointOptions options, double chance)
    {
        double? asked = null;
        string? applied = null;
        if (QueryText.First(request, "wait"u8) is { } text)
        {
            if (!double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) || seconds is not (>= 0 and <= MaxSeconds)) return null;
            asked = seconds;
        }
        else if (TransportChoice.PreferredWait(request) is { } preferred)
        {
            asked = Math.Min(preferred, MaxSeconds);
            applied = string.Create(CultureInfo.InvariantCulture, $"wait={preferred}");
        }

        return new HoldTime(asked is { } wish ? Kept(TimeSpan.FromSeconds(wish), options, chance) : Default(options, chance), applied);
    }

    // Nobody asked, so the jitter goes both ways, but not above the ceiling.
    private static TimeSpan Default(TopicEndpointOptions options, double chance)
    {
        TimeSpan time = options.DefaultHold * (1 + (options.HoldJitter * ((2 * chance) - 1)));
        return time < options.MaxHold ? time : options.MaxHold;
    }

    // A little less than the client asked for, or it gives up while the answer is on its way; the jitter only takes away.
    private static TimeSpan Kept(TimeSpan wish, TopicEndpointOptions options, double chance)
    {
        TimeSpan time = wish < options.MaxHold ? wish : options.MaxHold;
        TimeSpan margin = options.HoldMargin < time / 10 ? options.HoldMargin : time / 10;
        return (time - margin) * (1 - (options.HoldJitter * chance));
    }
}
