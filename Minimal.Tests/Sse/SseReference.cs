using System.Globalization;
using System.Numerics;
using System.Text;
using Minimal.Sse;

namespace Minimal.Tests.Sse;

/// <summary>Ways to read a stream wrongly. The first four are those in which the framework's own parser differs from the standard.</summary>
[Flags]
internal enum Misreading
{
    None = 0,
    KeepsTypeOfEventWithoutData = 1 << 0,
    TakesIdBeforeDispatch = 1 << 1,
    IgnoresHugeRetry = 1 << 2,
    ReadsRetryBeforeNul = 1 << 3,
    KeepsByteOrderMark = 1 << 4,
    StripsEveryByteOrderMark = 1 << 5,
    StripsByteOrderMarkOfEachPiece = 1 << 6,
    DecodesEachPieceAlone = 1 << 7,
    SeesTwoLineEndsInCutCrLf = 1 << 8,
    KnowsNoLoneCarriageReturn = 1 << 9,
    FoldsCase = 1 << 10,
    TrimsNames = 1 << 11,
    TrimsValues = 1 << 12,
    KeepsSpace = 1 << 13,
    SplitsAtLastColon = 1 << 14,
    IgnoresFieldsWithoutColon = 1 << 15,
    ReadsComments = 1 << 16,
    KeepsLastLineFeed = 1 << 17,
    TrimsData = 1 << 18,
    DropsEmptyData = 1 << 19,
    DispatchesWithoutData = 1 << 20,
    DispatchesUnfinished = 1 << 21,
    KeepsType = 1 << 22,
    ForgetsId = 1 << 23,
    TakesIdWithNul = 1 << 24,
    ReadsRetrySigns = 1 << 25,
    IgnoresEmptyId = 1 << 26,
    KeepsDataOfLastEvent = 1 << 27,
}

/// <summary>
/// The slow twin of <see cref="SseParser"/>: HTML §9.2.6 to the letter, on characters, with all of the stream in hand. It can be
/// told to make mistakes, to show that the properties would see them.
/// </summary>
internal sealed class SseReference(Misreading mistakes)
{
    private readonly SseReading _reading = new();
    private string _data = "";
    private string _eventType = "";
    private string _lastEventIdBuffer = "";

    public static SseReading Read(IReadOnlyList<byte[]> pieces) => Read(pieces, Misreading.None);

    public static SseReading Read(IReadOnlyList<byte[]> pieces, Misreading mistakes) => new SseReference(mistakes).ReadStream(pieces);

    private SseReading ReadStream(IReadOnlyList<byte[]> pieces)
    {
        string text = Decode(pieces).Replace("\r\n", "\n", StringComparison.Ordinal);
        if (!Makes(Misreading.KnowsNoLoneCarriageReturn)) text = text.Replace('\r', '\n');

        foreach (string line in text.Split('\n')[..^1]) Interpret(line);   // behind the last line end there is no line
        if (Makes(Misreading.DispatchesUnfinished)) Dispatch();
        return _reading;
    }

    private string Decode(IReadOnlyList<byte[]> pieces)
    {
        if (Makes(Misreading.SeesTwoLineEndsInCutCrLf)) pieces = [.. pieces.Select((piece, i) => i > 0 && pieces[i - 1] is [.., (byte)'\r'] && piece is [(byte)'\n', ..] ? [(byte)'\r', .. piece] : piece)];
        if (Makes(Misreading.StripsByteOrderMarkOfEachPiece)) pieces = [.. pieces.Select(piece => piece is [0xEF, 0xBB, 0xBF, ..] ? piece[3..] : piece)];

        string text = Makes(Misreading.DecodesEachPieceAlone)
            ? string.Concat(pieces.Select(Encoding.UTF8.GetString))
            : Encoding.UTF8.GetString([.. pieces.SelectMany(piece => piece)]);

        if (Makes(Misreading.StripsEveryByteOrderMark)) return text.Replace("\uFEFF", "", StringComparison.Ordinal);
        return text is ['\uFEFF', ..] && !Makes(Misreading.KeepsByteOrderMark) ? text[1..] : text;
    }

    private void Interpret(string line)
    {
        if (line.Length == 0)
        {
            Dispatch();
            return;
        }

        if (Makes(Misreading.ReadsComments)) line = line.TrimStart(':');
        int colon = Makes(Misreading.SplitsAtLastColon) ? line.LastIndexOf(':') : line.IndexOf(':', StringComparison.Ordinal);
        if (colon == 0) return;
        if (colon > 0) Process(line[..colon], ValueOf(line[(colon + 1)..]));
        else if (!Makes(Misreading.IgnoresFieldsWithoutColon)) Process(line, "");
    }

    private string ValueOf(string value)
    {
        if (Makes(Misreading.TrimsValues)) return value.TrimStart(' ');
        return value is [' ', ..] && !Makes(Misreading.KeepsSpace) ? value[1..] : value;
    }

    private void Process(string field, string value)
    {
        if (Makes(Misreading.TrimsNames)) field = field.Trim();
        if (Makes(Misreading.FoldsCase)) field = field.ToLowerInvariant();
        switch (field)
        {
            case "event":
                _eventType = value;
                break;
            case "data" when value.Length > 0 || !Makes(Misreading.DropsEmptyData):
                _data += value + "\n";
                break;
            case "id" when !value.Contains('\0', StringComparison.Ordinal) || Makes(Misreading.TakesIdWithNul):
                SetId(value);
                break;
            case "retry":
                SetRetry(value);
                break;
        }
    }

    private void SetId(string value)
    {
        if (value.Length == 0 && Makes(Misreading.IgnoresEmptyId)) return;
        _lastEventIdBuffer = value;
        if (Makes(Misreading.TakesIdBeforeDispatch)) _reading.LastEventId = value;
    }

    private void SetRetry(string value)
    {
        if (Makes(Misreading.ReadsRetrySigns)) value = value.TrimStart('+');
        if (Makes(Misreading.ReadsRetryBeforeNul)) value = value.TrimEnd('\0');
        if (value.Length == 0 || !value.All(char.IsAsciiDigit)) return;

        BigInteger milliseconds = BigInteger.Parse(value, CultureInfo.InvariantCulture);
        if (milliseconds > (BigInteger)TimeSpan.MaxValue.TotalMilliseconds && Makes(Misreading.IgnoresHugeRetry)) return;
        var most = (BigInteger)SseLimits.Default.MaxReconnectionTime.TotalMilliseconds;
        _reading.ReconnectionTime = TimeSpan.FromMilliseconds((long)BigInteger.Min(milliseconds, most));
    }

    private void Dispatch()
    {
        _reading.LastEventId = _lastEventIdBuffer;
        bool isEvent = _data.Length > 0 || Makes(Misreading.DispatchesWithoutData);
        if (isEvent) _reading.Events.Add(new SseEvent(DataOfEvent(), _eventType.Length == 0 ? "message" : _eventType, _reading.LastEventId));

        if (!Makes(Misreading.KeepsDataOfLastEvent)) _data = "";
        if (!Makes(Misreading.KeepsType) && (isEvent || !Makes(Misreading.KeepsTypeOfEventWithoutData))) _eventType = "";
        if (Makes(Misreading.ForgetsId)) _lastEventIdBuffer = "";
    }

    private string DataOfEvent()
    {
        if (Makes(Misreading.TrimsData)) return _data.TrimEnd('\n');
        return _data is [.., '\n'] && !Makes(Misreading.KeepsLastLineFeed) ? _data[..^1] : _data;
    }

    private bool Makes(Misreading mistake) => mistakes.HasFlag(mistake);
}
