using System.Globalization;

namespace Minimal.Http.Topics;

/// <summary>What a stream for scripts says of itself, as JSON. None of it holds anything that a client has sent.</summary>
internal static class StreamRecord
{
    public static string Open(Cursor at) => $"{{\"type\":\"open\",\"id\":\"{at}\"}}";

    public static string Again(Cursor at, TimeSpan wait) =>
        string.Create(CultureInfo.InvariantCulture, $"{{\"type\":\"open\",\"id\":\"{at}\",\"again\":{(long)wait.TotalMilliseconds}}}");

    public static string Gap(TopicGap gap) => $"{{\"type\":\"gap\",\"id\":\"{gap.To}\",\"from\":\"{gap.From}\",\"to\":\"{gap.To}\"}}";

    public static string End(Cursor at) => $"{{\"type\":\"end\",\"id\":\"{at}\"}}";

    public static string Superseded(Cursor at) => $"{{\"type\":\"error\",\"id\":\"{at}\",\"reason\":\"superseded\"}}";
}
