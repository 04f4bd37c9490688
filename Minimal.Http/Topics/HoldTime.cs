using System.Globalization;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>How long a poll is held: by <c>?wait=</c>, else <c>Prefer: wait=</c>, else the endpoint's default.</summary>
/// <param name="Time">Until the poll is answered.</param>
/// <param name="Applied">The preference that is followed, for Preference-Applied (RFC 7240 §3); null when there is none.</param>
internal readonly record struct HoldTime(TimeSpan Time, string? Applied)
{
    private const double MaxSeconds = 86_400;

    // A deadline comes up to a tick late.
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(100);

    /// <summary>Decides; null when <c>?wait=</c> cannot be read.</summary>
    /// <param name="request">The poll.</param>
    /// <param name="options">Default, ceiling, margin and jitter.</param>
    /// <param name="chance">A random number of at least 0 and below 1.</param>
    public static HoldTime? Decide(RequestHead request, TopicEndpointOptions options, double chance)
    {
        if (QueryText.First(request, "wait"u8) is { } text)
        {
            bool isNumber = double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds);
            return isNumber && seconds is >= 0 and <= MaxSeconds ? new HoldTime(Kept(TimeSpan.FromSeconds(seconds), options, chance), null) : null;
        }

        if (TransportChoice.PreferredWait(request) is not { } preferred) return new HoldTime(Default(options, chance), null);
        int applied = (int)Math.Min(preferred, options.MaxHold.TotalSeconds);
        return new HoldTime(Kept(TimeSpan.FromSeconds(Math.Min(preferred, MaxSeconds)), options, chance), string.Create(CultureInfo.InvariantCulture, $"wait={applied}"));
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
        TimeSpan margin = options.HoldMargin + Tick < time / 8 ? options.HoldMargin + Tick : time / 8;
        return (time - margin) * (1 - (options.HoldJitter * chance));
    }
}
