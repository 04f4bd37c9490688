using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Minimal.FuzzYours.Planted;

/// <summary>A topic that is polled: POST publishes, GET with <c>?after=</c> answers what came behind that place.</summary>
internal sealed class PlantedTopic(IReadOnlySet<PlantedBug> bugs)
{
    private readonly Lock _lock = new();
    private readonly List<string> _messages = [];

    public string Answer(PlantedRequest request, string content)
    {
        lock (_lock) return request.Method == "POST" ? Publish(content) : Read(request.Query);
    }

    // The content is UTF-8, and stands in a string as one character for each byte; so does the answer.
    private string Publish(string content)
    {
        _messages.Add(Latin1(JsonSerializer.Serialize(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(content)))));
        return $$"""{"id":"{{Cursor(_messages.Count)}}"}""";
    }

    private string Read(string query)
    {
        Match after = Regex.Match(query, @"after=1-([0-9]{1,9})");
        int from = after.Success ? int.Parse(after.Groups[1].Value, CultureInfo.InvariantCulture) : _messages.Count;
        int first = bugs.Contains(PlantedBug.LosesMessageBetweenPolls) ? Math.Max(from, _messages.Count - 1) : from;
        IEnumerable<string> messages = Enumerable.Range(first, Math.Max(0, _messages.Count - first))
            .Select(n => $$"""{"id":"{{Cursor(n + 1)}}","data":{{_messages[n]}}}""");
        return $$"""{"after":"{{Cursor(_messages.Count)}}","messages":[{{string.Join(',', messages)}}],"gap":null,"end":false}""";
    }

    private static string Cursor(int sequence) => string.Create(CultureInfo.InvariantCulture, $"1-{sequence}");

    private static string Latin1(string text) => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(text));
}
