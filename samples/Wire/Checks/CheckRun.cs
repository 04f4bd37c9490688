using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Minimal.WireTool.Checks;

/// <summary>What a server did.</summary>
internal enum CheckOutcome
{
    /// <summary>It said no.</summary>
    Refused,

    /// <summary>It answered, but closed the connection there: what stood behind was not read as a request.</summary>
    Closed,

    /// <summary>It took it for valid.</summary>
    Accepted,

    /// <summary>It neither answered nor closed in time.</summary>
    Waits,
}

/// <summary>A row and what came of it.</summary>
internal sealed record CheckResult(CheckRow Row, CheckOutcome Outcome, string Answer)
{
    /// <summary>Whether the server kept itself safe.</summary>
    public bool IsFine => Outcome is CheckOutcome.Refused or CheckOutcome.Closed;
}

/// <summary>Sends rows to a server, each on a connection of its own, and judges the answers.</summary>
internal sealed class CheckRun(CheckTarget http, CheckTarget? webSocket, TimeSpan patience, TimeProvider time)
{
    private const int MaxAnswerBytes = 256 * 1024;

    private static readonly Regex StatusLine = new(@"HTTP/1\.[01] ([1-5][0-9][0-9])", RegexOptions.CultureInvariant);

    private bool _keepsAlive;

    private CheckTarget _http = http;

    /// <summary>Asks what is valid first: without that, an answer to what is invalid says nothing.</summary>
    /// <exception cref="ToolException">The server does not answer it.</exception>
    public async Task PrepareAsync()
    {
        const string Follow = "GET {t} HTTP/1.1\r\nHost: {h}\r\n\r\n";
        int status = await AskAsync(_http, Follow, 1) is [int first, ..] ? first : 0;
        if (status is 0 or >= 400)
        {
            string answer = status == 0 ? "not answered" : string.Create(CultureInfo.InvariantCulture, $"answered {status}");
            throw new ToolException(ExitCode.Impossible, $"a valid GET {_http.Target} is {answer}; name a path that is answered with success");
        }

        IReadOnlyList<int> posted = await AskAsync(_http, "POST {t} HTTP/1.1\r\nHost: {h}\r\nContent-Length: 5\r\n\r\nhello" + Follow, 2);
        if (posted is not [< 400, ..])
        {
            _http = _http with { BodyMethod = "GET" };
            posted = await AskAsync(_http, "GET {t} HTTP/1.1\r\nHost: {h}\r\nContent-Length: 5\r\n\r\nhello" + Follow, 2);
        }

        _keepsAlive = posted.Count == 2;
        if (webSocket is not null) await PrepareWebSocketAsync(webSocket);
    }

    /// <summary>Sends one row.</summary>
    public async Task<CheckResult> RunAsync(CheckRow row)
    {
        CheckTarget target = row.IsWebSocket ? webSocket! : _http;
        await using var conversation = await CheckConversation.OpenAsync(target.Server, patience, time, MaxAnswerBytes);
        (CheckOutcome outcome, string answer) = row.Part switch
        {
            CheckPart.Head => await JudgeHeadAsync(conversation, row.BytesFor(target)),
            CheckPart.Body => await JudgeBodyAsync(conversation, row.BytesFor(target)),
            CheckPart.Handshake => await JudgeHandshakeAsync(conversation, row.BytesFor(target)),
            _ => await JudgeFramesAsync(conversation, row, target),
        };
        return new CheckResult(row, outcome, answer);
    }

    private async Task<IReadOnlyList<int>> AskAsync(CheckTarget target, string request, int answers)
    {
        await using var conversation = await CheckConversation.OpenAsync(target.Server, patience, time, MaxAnswerBytes);
        await conversation.SendAsync(Encoding.Latin1.GetBytes(target.Fill(request)), text => Statuses(text).Count >= answers);
        return Statuses(conversation.Text);
    }

    private async Task PrepareWebSocketAsync(CheckTarget target)
    {
        await using var conversation = await CheckConversation.OpenAsync(target.Server, patience, time, MaxAnswerBytes);
        bool isOpen = await UpgradeAsync(conversation, target);
        if (isOpen) await conversation.SendAsync(Encoding.Latin1.GetBytes(FrameChecks.ValidPing), text => Frames(text).Any(IsPong));
        if (!isOpen || !Frames(conversation.Text).Any(IsPong)) throw new ToolException(ExitCode.Impossible, $"{target.Target} is no WebSocket that answers a Ping");
    }

    // A refusal is an error status or a closed connection; the valid request that asks for the same was answered with success.
    private static async Task<(CheckOutcome Outcome, string Answer)> JudgeHeadAsync(CheckConversation conversation, byte[] bytes)
    {
        await conversation.SendAsync(bytes, text => Statuses(text).Count > 0);
        if (Statuses(conversation.Text) is [int status, ..]) return (IsRefusal(status) ? CheckOutcome.Refused : CheckOutcome.Accepted, Invariant($"{status}"));
        return conversation.Text.Length == 0 ? WithoutAnswer(conversation) : (CheckOutcome.Accepted, "an answer without a head");
    }

    // Behind an answer, the connection must not go on: the server and a proxy in front of it would no longer agree where requests begin.
    private async Task<(CheckOutcome Outcome, string Answer)> JudgeBodyAsync(CheckConversation conversation, byte[] bytes)
    {
        await conversation.SendAsync(bytes, text => Statuses(text) is [_, _, ..]);
        IReadOnlyList<int> statuses = Statuses(conversation.Text);
        if (statuses.Count == 0) return WithoutAnswer(conversation);
        if (statuses[0] >= 400 && statuses is not [_, < 400, ..]) return (CheckOutcome.Refused, Invariant($"{statuses[0]}"));
        if (statuses.Count > 1 && statuses[1] >= 400) return (CheckOutcome.Accepted, Invariant($"{statuses[0]}, then {statuses[1]}"));
        if (statuses.Count > 1) return (CheckOutcome.Accepted, Invariant($"{statuses[0]}, and the request behind it {statuses[1]}"));
        if (!conversation.IsEnded) return (CheckOutcome.Accepted, Invariant($"{statuses[0]}, and waits for more"));
        return (_keepsAlive ? CheckOutcome.Closed : CheckOutcome.Accepted, Invariant($"{statuses[0]}, then closed"));
    }

    private static async Task<(CheckOutcome Outcome, string Answer)> JudgeHandshakeAsync(CheckConversation conversation, byte[] bytes)
    {
        await conversation.SendAsync(bytes, text => StatusLine.IsMatch(text) && text.Contains("\r\n\r\n", StringComparison.Ordinal));
        if (StatusLine.Match(conversation.Text) is not { Success: true } match) return WithoutAnswer(conversation);
        string status = match.Groups[1].Value;
        return (status == "101" ? CheckOutcome.Accepted : CheckOutcome.Refused, status);
    }

    private static async Task<(CheckOutcome Outcome, string Answer)> JudgeFramesAsync(CheckConversation conversation, CheckRow row, CheckTarget target)
    {
        if (!await UpgradeAsync(conversation, target)) return (CheckOutcome.Waits, "the handshake was not answered with 101 this time");
        await conversation.SendAsync(row.BytesFor(target), text => Frames(text).Any(frame => frame.Opcode == 0x8 || IsPong(frame)));
        ServerFrame[] frames = [.. Frames(conversation.Text)];
        ServerFrame? close = frames.FirstOrDefault(frame => frame.Opcode == 0x8);
        if (frames.Any(IsPong)) return (CheckOutcome.Accepted, "goes on, and answers the Ping behind it");
        if (close is null) return WithoutAnswer(conversation);

        string code = close.Payload.Length >= 2 ? Invariant($"Close {(close.Payload[0] << 8) | close.Payload[1]}") : "Close without a code";
        bool saysWhy = code is "Close 1002" or "Close 1003" or "Close 1007" or "Close 1008" or "Close 1009" or "Close 1011";
        return (row.Part == CheckPart.Frame || saysWhy ? CheckOutcome.Refused : CheckOutcome.Accepted, code);
    }

    private static async Task<bool> UpgradeAsync(CheckConversation conversation, CheckTarget target)
    {
        byte[] handshake = Encoding.Latin1.GetBytes(target.Fill(HandshakeChecks.Valid));
        await conversation.SendAsync(handshake, text => text.Contains("\r\n\r\n", StringComparison.Ordinal));
        return StatusLine.Match(conversation.Text) is { Success: true } match && match.Groups[1].Value == "101";
    }

    // Who says that there is no such thing has looked for it, and so has understood the question.
    private static bool IsRefusal(int status) => status is >= 400 and not 404;

    private static (CheckOutcome Outcome, string Answer) WithoutAnswer(CheckConversation conversation) =>
        conversation.IsReset ? (CheckOutcome.Refused, "reset")
        : conversation.IsEnded ? (CheckOutcome.Refused, "closed")
        : (CheckOutcome.Waits, "waits");

    // Interim responses are none.
    private static IReadOnlyList<int> Statuses(string text) =>
        [.. StatusLine.Matches(text).Select(match => int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).Where(status => status >= 200)];

    private static bool IsPong(ServerFrame frame) => frame is { Opcode: 0xA, Payload: "wire" };

    // Behind the head of the 101: frames of a server, unmasked, as far as they are there.
    private static IEnumerable<ServerFrame> Frames(string text)
    {
        int at = text.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4;
        while (at >= 4 && at + 2 <= text.Length)
        {
            int length = text[at + 1] & 0x7F, head = length switch { 126 => 4, 127 => 10, _ => 2 };
            if (at + head > text.Length) yield break;
            if (length >= 126) length = text[(at + 2)..(at + head)].Aggregate(0, (sum, digit) => unchecked((sum << 8) | digit));
            if (length < 0 || at + head + (long)length > text.Length) yield break;
            yield return new ServerFrame(text[at] & 0xF, text.Substring(at + head, length));
            at += head + length;
        }
    }

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    private sealed record ServerFrame(int Opcode, string Payload);
}
