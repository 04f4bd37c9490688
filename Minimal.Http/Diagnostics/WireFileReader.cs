using System.Buffers;
using System.Globalization;
using System.Linq;
using System.Text;
using System.Text.Unicode;

namespace Minimal.Http.Diagnostics;

/// <summary>
/// Reads a <c>.wire</c> file (<c>docs/wire-format.md</c>). It takes any bytes and never throws on them: what is no such file is answered with the first line
/// that is wrong, and why. What is read takes no more memory than a small multiple of the text.
/// </summary>
public sealed class WireFileReader
{
    /// <summary>The longest line, in bytes, without its end.</summary>
    public const int MaxLineBytes = 64 * 1024;

    /// <summary>The most bytes of one event: 16 MiB.</summary>
    public const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>The highest number of a connection.</summary>
    public const int MaxConnection = 999_999_999;

    /// <summary>The longest note, in UTF-16 units.</summary>
    public const int MaxNoteLength = 1000;

    /// <summary>The latest time: a microsecond before 1,000,000,000 seconds.</summary>
    internal static readonly TimeSpan MaxTime = new(999_999_999_999_999 * TimeSpan.TicksPerMicrosecond);

    private const string WrongFirstLine = "the first line is \"wire 1\"";

    private readonly List<WireFileEvent> _events = [];
    private readonly WireFileState _state = new();
    private readonly ArrayBufferWriter<byte> _bytes = new();
    private WireFileEvent? _begun;
    private int _begunLine;

    private WireFileReader()
    {
    }

    /// <summary>Whether bytes begin as a <c>.wire</c> file of any version does.</summary>
    public static bool Recognizes(ReadOnlySpan<byte> file) => file.StartsWith("wire "u8);

    /// <summary>Reads a whole file.</summary>
    /// <param name="file">Its bytes.</param>
    /// <param name="error">What is wrong, when the result is null.</param>
    /// <returns>The events in their order; null when something is wrong.</returns>
    public static IReadOnlyList<WireFileEvent>? Read(ReadOnlySpan<byte> file, out WireFileError? error)
    {
        var reader = new WireFileReader();
        int number = 0;
        error = null;
        while (!file.IsEmpty)
        {
            int end = file.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? file : file[..end];
            file = end < 0 ? default : file[(end + 1)..];
            if (reader.ReadLine(++number, WithoutReturn(line)) is not { } reason) continue;
            error = new WireFileError(number, reason);
            return null;
        }

        if (number == 0) error = new WireFileError(1, WrongFirstLine);
        else if (reader.Finish() is { } reason) error = new WireFileError(reader._begunLine, reason);
        return error is null ? reader._events : null;
    }

    private static ReadOnlySpan<byte> WithoutReturn(ReadOnlySpan<byte> line) => line.EndsWith("\r"u8) ? line[..^1] : line;

    // line = ( event / data / comment / "" ) end-of-line
    private string? ReadLine(int number, ReadOnlySpan<byte> line)
    {
        if (line.Length > MaxLineBytes) return "a line has at most 65536 bytes";
        if (!Utf8.IsValid(line)) return "a line is UTF-8";
        if (number == 1) return line.SequenceEqual("wire 1"u8) ? null : WrongFirstLine;
        if (line.IsEmpty || line[0] == '#') return null;
        if (line.IndexOfAnyInRange((byte)0x00, (byte)0x1F) >= 0 || line.Contains((byte)0x7F)) return "a control character is written as an escape";
        return line.StartsWith("  "u8) ? ReadData(line[2..]) : ReadEvent(number, Encoding.UTF8.GetString(line));
    }

    // data = SP SP *( character / escape )
    private string? ReadData(ReadOnlySpan<byte> text)
    {
        if (_begun is null) return "bytes stand below a line that says when, on which connection and in which direction they came";
        if (text.EndsWith(" "u8)) return @"a space at the end of a line is written as \x20";
        if (!WireFileText.TryRead(text, _bytes, out int wrongAt)) return FormattableString.Invariant($@"no escape begins at byte {wrongAt + 3}; they are \r \n \t \0 \\ \xHH");
        return _bytes.WrittenCount > MaxBytes ? "an event has at most 16 MiB" : null;
    }

    // event = time SP connection SP what
    private string? ReadEvent(int number, string line)
    {
        if (Finish() is { } unfinished) return unfinished;
        string[] words = line.Split(' ', 3);
        if (words.Length < 3) return "an event is a time, the number of a connection, and what happened, with one space between each";
        if (!TryTime(words[0], out TimeSpan time)) return "a time is seconds, with at most nine digits in front of the dot and six behind it";
        if (!TryConnection(words[1], out int connection)) return "connections are numbered from 1 to 999999999";
        if (Classify(words[2], time, connection) is not { } item) return "what happened is open, >, <, > end, < end, > reset, < reset or close";
        if (item.Note.Length > MaxNoteLength || item.Note != item.Note.Trim()) return "a note has at most 1000 characters, and no white space around it";
        if (_state.Accept(item) is { } reason) return reason;

        if (item.Kind == WireFileEventKind.Bytes) (_begun, _begunLine) = (item, number);
        else _events.Add(item);
        return null;
    }

    // what = "open" [ SP note ] / direction [ SP ( "end" / "reset" ) ] / "close" [ SP note ]
    private static WireFileEvent? Classify(string what, TimeSpan time, int connection)
    {
        string note = what.Contains(' ', StringComparison.Ordinal) ? what[(what.IndexOf(' ', StringComparison.Ordinal) + 1)..] : "";
        bool isNoted = what.Contains(' ', StringComparison.Ordinal) && note.Length > 0;
        return what switch
        {
            ">" => new(time, connection, WireFileEventKind.Bytes, WireDirection.FromClient),
            "<" => new(time, connection, WireFileEventKind.Bytes, WireDirection.FromServer),
            "> end" => new(time, connection, WireFileEventKind.End, WireDirection.FromClient),
            "< end" => new(time, connection, WireFileEventKind.End, WireDirection.FromServer),
            "> reset" => new(time, connection, WireFileEventKind.Reset, WireDirection.FromClient),
            "< reset" => new(time, connection, WireFileEventKind.Reset, WireDirection.FromServer),
            "open" => new(time, connection, WireFileEventKind.Open),
            "close" => new(time, connection, WireFileEventKind.Close),
            _ when isNoted && what.StartsWith("open ", StringComparison.Ordinal) => new(time, connection, WireFileEventKind.Open, Note: note),
            _ when isNoted && what.StartsWith("close ", StringComparison.Ordinal) => new(time, connection, WireFileEventKind.Close, Note: note),
            _ => null,
        };
    }

    // time = 1*9DIGIT [ "." 1*6DIGIT ]
    private static bool TryTime(string text, out TimeSpan time)
    {
        time = default;
        string[] parts = text.Split('.');
        if (parts.Length > 2 || parts[0].Length is 0 or > 9 || !parts[0].All(char.IsAsciiDigit)) return false;
        if (parts.Length == 2 && (parts[1].Length is 0 or > 6 || !parts[1].All(char.IsAsciiDigit))) return false;

        long seconds = long.Parse(parts[0], CultureInfo.InvariantCulture);
        long microseconds = parts.Length == 1 ? 0 : long.Parse(parts[1].PadRight(6, '0'), CultureInfo.InvariantCulture);
        time = TimeSpan.FromTicks((seconds * TimeSpan.TicksPerSecond) + (microseconds * TimeSpan.TicksPerMicrosecond));
        return true;
    }

    // connection = %x31-39 *8DIGIT
    private static bool TryConnection(string text, out int connection)
    {
        connection = 0;
        return text.Length is > 0 and <= 9 && text[0] != '0' && text.All(char.IsAsciiDigit)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out connection);
    }

    // The bytes of an event are all there when the next event begins, or the file ends.
    private string? Finish()
    {
        if (_begun is not { } item) return null;
        if (_bytes.WrittenCount == 0) return FormattableString.Invariant($"no bytes stand below line {_begunLine}");
        _events.Add(item with { Bytes = _bytes.WrittenSpan.ToArray() });
        _bytes.ResetWrittenCount();
        _begun = null;
        return null;
    }
}
