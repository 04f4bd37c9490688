using System.Buffers;
using System.Globalization;
using System.Linq;
using System.Text;

namespace Minimal.Http.Diagnostics;

/// <summary>
/// Writes a recording as a <c>.wire</c> file (<c>docs/wire-format.md</c>). What it writes, <see cref="WireFileReader"/> reads back, event by event and
/// byte by byte. One thread at a time.
/// </summary>
public sealed class WireFileWriter
{
    /// <summary>The first line of a file.</summary>
    internal const string FirstLine = "wire 1";

    /// <summary>What a line of bytes begins with.</summary>
    internal const string Indent = "  ";

    // A line of bytes ends behind LF, or here.
    private const int LineWidth = 100;

    private readonly TextWriter _output;
    private readonly WireFileState _state = new();

    /// <summary>Begins a file.</summary>
    /// <param name="output">Gets the text, in lines that end with LF whatever its own line end is. It is neither flushed nor closed here.</param>
    public WireFileWriter(TextWriter output)
    {
        ArgumentNullException.ThrowIfNull(output);
        _output = output;
        WriteLine(FirstLine);
    }

    /// <summary>Writes words for people, which readers skip. What would not fit on a line is left out.</summary>
    public void WriteComment(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        WriteLine("# " + new string([.. text.Where(character => !char.IsControl(character)).Take(WireFileReader.MaxNoteLength)]));
    }

    /// <summary>Writes one event.</summary>
    /// <exception cref="ArgumentException">The event breaks a rule of the format, such as bytes behind an end, or a time before that of the last.</exception>
    public void Write(WireFileEvent item)
    {
        ArgumentNullException.ThrowIfNull(item);
        if ((Judge(item) ?? _state.Accept(item)) is { } reason) throw new ArgumentException(reason, nameof(item));

        string what = item.Kind switch
        {
            WireFileEventKind.Open => "open",
            WireFileEventKind.Bytes => WireText.Mark(item.Direction),
            WireFileEventKind.End => $"{WireText.Mark(item.Direction)} end",
            WireFileEventKind.Reset => $"{WireText.Mark(item.Direction)} reset",
            _ => "close",
        };
        string note = item.Note.Length == 0 ? "" : " " + item.Note;
        long microseconds = item.Time.Ticks / TimeSpan.TicksPerMicrosecond;
        WriteLine(string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1_000_000}.{microseconds % 1_000_000:D6} {item.Connection} {what}{note}"));
        WriteBytes(item.Bytes.Span);
    }

    private static string? Judge(WireFileEvent item)
    {
        if (item.Connection is < 1 or > WireFileReader.MaxConnection) return "connections are numbered from 1 to 999999999";
        if (item.Time < TimeSpan.Zero || item.Time > WireFileReader.MaxTime) return "a time is not negative, and below 1000000000 seconds";
        if (item.Note.Length > WireFileReader.MaxNoteLength || item.Note.Any(char.IsControl) || item.Note != item.Note.Trim()) return "a note is a short line";
        if (!Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(item.Note)).Equals(item.Note, StringComparison.Ordinal)) return "a note is Unicode";
        if (item.Note.Length > 0 && item.Kind is not (WireFileEventKind.Open or WireFileEventKind.Close)) return "only an opening and a close have notes";
        if (item.Kind == WireFileEventKind.Bytes == item.Bytes.IsEmpty) return "bytes stand in events of bytes, and only there";
        return item.Bytes.Length > WireFileReader.MaxBytes ? "an event has at most 16 MiB" : null;
    }

    private void WriteBytes(ReadOnlySpan<byte> bytes)
    {
        var line = new StringBuilder(Indent);
        for (int at = 0; at < bytes.Length; at++)
        {
            string escaped = WireFileText.Escape(bytes[at]);
            bool isLast = bytes[at] == '\n' || at == bytes.Length - 1 || line.Length + escaped.Length + 4 > LineWidth;

            // A space at the end of a line would not be seen, and editors take it away.
            line.Append(isLast && bytes[at] == ' ' ? WireFileText.HexEscape(bytes[at]) : escaped);
            if (!isLast) continue;
            WriteLine(line.ToString());
            line.Length = Indent.Length;
        }
    }

    private void WriteLine(string line)
    {
        _output.Write(line);
        _output.Write('\n');
    }
}
