using System.Globalization;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>Which transport a request asks for, by what it says itself.</summary>
internal static class TransportChoice
{
    /// <summary>In this order: <c>?via=</c>, its own manner (Upgrade), Accept, <c>Prefer: wait</c>, and else a short poll.</summary>
    /// <returns>Null when <c>?via=</c> names none.</returns>
    public static TopicTransport? Decide(RequestHead request, IReadOnlyList<TopicTransport> transports)
    {
        if (QueryText.First(request, "via"u8) is { } name) return Named(transports, name);
        foreach (TopicTransport transport in transports)
        {
            if (transport.Matches(request)) return transport;
        }

        return Accepted(request, transports) ?? Named(transports, PreferredWait(request) is null ? ShortPoll.TransportName : LongPoll.TransportName);
    }

    /// <summary>The seconds of <c>Prefer: wait=30</c> (RFC 7240 §4.3); null when there is none that can be read.</summary>
    public static double? PreferredWait(RequestHead request)
    {
        string? prefer = request.Fields.Combined("Prefer");
        if (prefer is null) return null;
        foreach (string preference in prefer.Split(',', ';'))
        {
            string[] parts = preference.Split('=', 2, StringSplitOptions.TrimEntries);
            bool isWait = parts.Length == 2 && parts[0].Equals("wait", StringComparison.OrdinalIgnoreCase);
            if (isWait && int.TryParse(parts[1].Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out int seconds)) return seconds;
        }

        return null;
    }

    /// <summary>The transport whose media type Accept names with the highest weight (RFC 9110 §12.5.1). A wildcard asks for none of them.</summary>
    private static TopicTransport? Accepted(RequestHead request, IReadOnlyList<TopicTransport> transports)
    {
        if (request.Fields.Combined("Accept") is not { } accept) return null;
        TopicTransport? best = null;
        double weight = 0;
        foreach (string range in accept.Split(','))
        {
            string[] parts = range.Split(';', StringSplitOptions.TrimEntries);
            double quality = Quality(parts.AsSpan(1));
            if (quality <= weight) continue;
            foreach (TopicTransport transport in transports)
            {
                if (transport.MediaType?.Equals(parts[0], StringComparison.OrdinalIgnoreCase) != true) continue;
                best = transport;
                weight = quality;
                break;
            }
        }

        return best;
    }

    private static double Quality(ReadOnlySpan<string> parameters)
    {
        foreach (string parameter in parameters)
        {
            if (!parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)) continue;
            return double.TryParse(parameter.AsSpan(2), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double quality) ? quality : 0;
        }

        return 1;
    }

    private static TopicTransport? Named(IReadOnlyList<TopicTransport> transports, string name)
    {
        foreach (TopicTransport transport in transports)
        {
            if (transport.Name.Equals(name, StringComparison.Ordinal)) return transport;
        }

        return null;
    }
}
