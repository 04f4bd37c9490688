using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>Which transport a request asks for, by what it says itself.</summary>
internal static class TransportChoice
{
    private const string Json = "application/json";

    /// <summary>In this order: <c>?via=</c>, its own manner (Upgrade), Accept, <c>Prefer: wait</c>, and else a short poll.</summary>
    /// <returns>Null when <c>?via=</c> names none.</returns>
    public static TopicTransport? Decide(RequestHead request, TopicTransport[] transports)
    {
        if (QueryText.First(request, "via"u8) is { } name) return Named(transports, name);
        foreach (TopicTransport transport in transports)
        {
            if (transport.Matches(request)) return transport;
        }

        return Accepted(request, transports) ?? Named(transports, PreferredWait(request) is null ? ShortPoll.TransportName : LongPoll.TransportName);
    }

    /// <summary>The seconds of <c>Prefer: wait=30</c> (RFC 7240 §4.3); null when there is none that can be read. Only the first one counts (§2).</summary>
    // preference = token [ BWS "=" BWS word ] *( OWS ";" [ OWS parameter ] )
    // wait = "wait" BWS "=" BWS delta-seconds
    public static int? PreferredWait(RequestHead request)
    {
        if (request.Fields.Combined("Prefer") is not { } prefer) return null;
        foreach (string preference in FieldList.Split(prefer, ','))
        {
            string[] parts = FieldList.Split(preference, ';')[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (parts[0].Equals("wait", StringComparison.OrdinalIgnoreCase)) return parts.Length == 2 ? Seconds(FieldList.Unquote(parts[1])) : null;
        }

        return null;
    }

    // delta-seconds = 1*DIGIT; what is too large to be counted is as good as for ever.
    private static int? Seconds(ReadOnlySpan<char> digits)
    {
        if (digits.IsEmpty || digits.ContainsAnyExceptInRange('0', '9')) return null;
        return int.TryParse(digits, out int seconds) ? seconds : int.MaxValue;
    }

    /// <summary>
    /// The transport whose media type Accept names with the highest weight, the first one of these (RFC 9110 §12.5.1). Null when there is none, or when JSON,
    /// which polls answer with, weighs more. A wildcard asks for none of them.
    /// </summary>
    private static TopicTransport? Accepted(RequestHead request, TopicTransport[] transports)
    {
        if (request.Fields.Combined("Accept") is not { } accept) return null;
        TopicTransport? best = null;
        int weight = 0, ofJson = 0;
        foreach (string range in FieldList.Split(accept, ','))
        {
            List<string> parts = FieldList.Split(range, ';');
            int quality = FieldList.Weight(parts[1..]);
            if (parts[0].Equals(Json, StringComparison.OrdinalIgnoreCase)) ofJson = Math.Max(ofJson, quality);
            if (quality <= weight || OfType(transports, parts[0]) is not { } transport) continue;
            best = transport;
            weight = quality;
        }

        return weight >= ofJson ? best : null;
    }

    private static TopicTransport? OfType(TopicTransport[] transports, string type)
    {
        foreach (TopicTransport transport in transports)
        {
            if (transport.MediaType?.Equals(type, StringComparison.OrdinalIgnoreCase) == true) return transport;
        }

        return null;
    }

    private static TopicTransport? Named(TopicTransport[] transports, string name)
    {
        foreach (TopicTransport transport in transports)
        {
            if (transport.Name.Equals(name, StringComparison.Ordinal)) return transport;
        }

        return null;
    }
}
