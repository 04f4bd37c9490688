using System.Globalization;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;

namespace Minimal.WireTool.Messages;

/// <summary>Compares what a server said with what it says now.</summary>
/// <param name="ignored">Fields that do not count.</param>
internal sealed class AnswerDifference(IEnumerable<string> ignored)
{
    private const int Shown = 60;

    private readonly HashSet<string> _ignored = new(ignored, StringComparer.OrdinalIgnoreCase);

    /// <summary>Fields that say when they were sent.</summary>
    public static IReadOnlyList<string> Usual { get; } = ["Date", "Age", "Expires"];

    /// <summary>The differences as lines, <c>-</c> what was recorded and <c>+</c> what came now; none when both are the same.</summary>
    /// <param name="recorded">What was recorded. Where it breaks off, only what there is counts.</param>
    /// <param name="now">What came; null when nothing did.</param>
    public IReadOnlyList<string> Of(Answer recorded, Answer? now)
    {
        if (now is null) return [$"- {Describe(recorded)}", "+ nothing"];
        if (recorded.Message is null || now.Message is null) return Bytes("bytes", recorded.Bytes, now.Bytes, isWhole: true);

        string[] status = recorded.Message.Status == now.Message.Status ? [] : [$"- status {recorded.Message.Name}", $"+ status {now.Message.Name}"];
        string[] then = Fields(recorded.Message), present = Fields(now.Message);
        return
        [
            .. status,
            .. then.Except(present, StringComparer.Ordinal).Select(field => $"- {field}"),
            .. present.Except(then, StringComparer.Ordinal).Select(field => $"+ {field}"),
            .. Bytes("content", recorded.Message.Content, now.Message.Content, recorded.Message.IsComplete),
        ];
    }

    private static string Describe(Answer answer) => answer.Message?.Name ?? WireText.Escape(answer.Bytes, Shown);

    private static string[] Bytes(string what, byte[] recorded, byte[] now, bool isWhole)
    {
        byte[] counted = isWhole ? now : now[..Math.Min(now.Length, recorded.Length)];
        int same = recorded.AsSpan().CommonPrefixLength(counted);
        if (same == recorded.Length && same == counted.Length) return [];

        string at = string.Create(CultureInfo.InvariantCulture, $"{what} at byte {same}");
        return [$"- {at}: {Excerpt(recorded, same)}", $"+ {at}: {Excerpt(counted, same)}"];
    }

    private static string Excerpt(byte[] bytes, int from) => from == bytes.Length ? "the end" : WireText.Escape(bytes.AsSpan(from), Shown);

    private string[] Fields(HttpMessage message) =>
        [.. message.Fields.Where(field => !_ignored.Contains(field.Name)).Select(Line).Order(StringComparer.OrdinalIgnoreCase)];

    private static string Line(HttpField field) => $"{field.Name}: {field.Value}";
}
