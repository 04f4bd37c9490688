using System.Text.RegularExpressions;

namespace Minimal.FuzzYours.Planted;

/// <summary>The head of a request, read with regular expressions (RFC 9112 §3, §5).</summary>
internal sealed record PlantedRequest(string Method, string Target, string Version, IReadOnlyList<(string Name, string Value)> Fields)
{
    private const string Token = @"[!#$%&'*+\-.^_`|~0-9A-Za-z]+";

    private static readonly Regex RequestLine = new($@"\A({Token}) (/[!$-;=?-~]*) (HTTP/1\.[01])\z");
    private static readonly Regex StrictField = new($@"\A({Token}):[ \t]*([\t\x20-\x7E\x80-\xFF]*?)[ \t]*\z");
    private static readonly Regex LooseField = new($@"\A({Token})[ \t]*:[ \t]*([\t\x20-\x7E\x80-\xFF]*?)[ \t]*\z");

    public string Path => Target.Split('?')[0];

    public string Query => Target.Contains('?', StringComparison.Ordinal) ? Target[(Target.IndexOf('?', StringComparison.Ordinal) + 1)..] : "";

    /// <summary>Reads a head without its empty line; null if it is refused.</summary>
    public static PlantedRequest? Parse(string head, IReadOnlySet<PlantedBug> bugs)
    {
        if (bugs.Contains(PlantedBug.AcceptsBareLineFeed)) head = Regex.Replace(head, @"\r?\n", "\r\n");
        if (bugs.Contains(PlantedBug.UnfoldsFields)) head = Regex.Replace(head, @"\r\n[ \t]+", " ");

        string[] lines = head.Split("\r\n");
        Match start = RequestLine.Match(lines[0]);
        Regex field = bugs.Contains(PlantedBug.AcceptsSpaceBeforeColon) ? LooseField : StrictField;
        Match[] fields = [.. lines[1..].Select(line => field.Match(line))];
        if (!start.Success || !fields.All(match => match.Success)) return null;

        var request = new PlantedRequest(
            start.Groups[1].Value, start.Groups[2].Value, start.Groups[3].Value,
            [.. fields.Select(match => (match.Groups[1].Value, match.Groups[2].Value))]);
        return request.HasGoodHost(bugs) ? request : null;
    }

    /// <summary>Reads a line of the trailer section without its end.</summary>
    public static bool IsField(string line) => StrictField.IsMatch(line);

    public IReadOnlyList<string> All(string name) => [.. Fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];

    // RFC 9112 §3.2: one Host, and it is a host.
    private bool HasGoodHost(IReadOnlySet<PlantedBug> bugs)
    {
        IReadOnlyList<string> hosts = All("Host");
        bool isOne = hosts.Count == 1 || (hosts.Count > 1 && bugs.Contains(PlantedBug.AcceptsSecondHost));
        return isOne && hosts.All(host => Regex.IsMatch(host, @"\A[^\s/@?#]+\z"));
    }
}
