using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Diagnostics;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Wire;

/// <summary>The format of <c>docs/wire-format.md</c>: nothing is lost, and what breaks a rule is refused by its line.</summary>
public sealed class WireFileTests
{
    [Fact]
    public void The_examples_of_the_document_are_read()
    {
        string[] blocks = File.ReadAllText(Repository.PathOf("docs", "wire-format.md")).Split("```wire\n")[1..];
        Assert.Equal(2, blocks.Length);
        IReadOnlyList<WireFileEvent> events = Read(blocks[0].Split("```")[0]);
        Assert.Equal(
            [WireFileEventKind.Open, WireFileEventKind.Bytes, WireFileEventKind.Bytes, WireFileEventKind.End, WireFileEventKind.End, WireFileEventKind.Close],
            events.Select(item => item.Kind));
        Assert.Equal("127.0.0.1:50312 -> 127.0.0.1:8080", events[0].Note);
        Assert.Equal("GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n", Encoding.ASCII.GetString(events[1].Bytes.Span));
        Assert.Equal(TimeSpan.FromMicroseconds(1504), events[2].Time);
        Assert.Equal("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello\n", Encoding.ASCII.GetString(events[2].Bytes.Span));
        Assert.Single(Read(blocks[1].Split("```")[0]));
    }

    [Fact]
    public void The_first_example_is_in_the_form_that_is_written()
    {
        string example = File.ReadAllText(Repository.PathOf("docs", "wire-format.md")).Split("```wire\n")[1].Split("```")[0];
        Assert.Equal(string.Join('\n', example.Split('\n').Where(line => !line.StartsWith('#'))), Write(Read(example)));
    }

    [Property]
    public void Every_recording_comes_back() => PropertyCheck.Holds(Recordings(), events =>
    {
        string text = Write(events);
        IReadOnlyList<WireFileEvent> back = Read(text);
        Assert.Equal(events.Select(Describe), back.Select(Describe));
        Assert.Equal(text, Write(back));
        Assert.All(text.Split('\n'), line => Assert.True(line.Length <= 100 && !line.EndsWith(' ')));
    });

    [Property]
    public void Any_bytes_are_read_or_refused_by_a_line_of_theirs() => PropertyCheck.Holds(AnyText(), bytes =>
    {
        IReadOnlyList<WireFileEvent>? events = WireFileReader.Read(bytes, out WireFileError? error);
        Assert.Equal(events is null, error is not null);
        if (error is not null) Assert.InRange(error.Line, 1, 1 + bytes.Count(value => value == '\n'));
        else Assert.Equal(events!.Select(Describe), Read(Write(events!)).Select(Describe));
    });

    [Fact]
    public void Line_ends_comments_and_empty_lines_mean_nothing()
    {
        IReadOnlyList<WireFileEvent> events = Read("wire 1\r\n\r\n# first\r\n0 1 >\r\n  ab\r\n# between\t\r\n\r\n  \r\n  c\\x0A\r\n0.5 1 close");
        Assert.Equal(["0 1 Bytes FromClient \"abc\\n\" ", "500000 1 Close FromClient \"\" "], events.Select(Describe));
    }

    [Fact]
    public void Text_stands_for_its_UTF_8() => Assert.Equal("é好"u8, Read("wire 1\n0 1 <\n  é好\n")[0].Bytes.Span);

    [Fact]
    public void The_escapes_are_those_of_the_vectors()
    {
        byte[] all = [.. Enumerable.Range(0, 256).Select(value => (byte)value)];
        string text = Write([new WireFileEvent(default, 1, WireFileEventKind.Bytes, Bytes: all)]);
        string[] lines = [.. text.Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal)).Select(line => line[2..])];
        Assert.Equal(EscapedBytes.Write(all), string.Concat(lines));
        Assert.Equal(all, EscapedBytes.Parse(string.Concat(lines)));
    }

    [Theory]
    [InlineData("", 1, "wire 1")]
    [InlineData("wire 2\n", 1, "wire 1")]
    [InlineData("\uFEFFwire 1\n", 1, "wire 1")]
    [InlineData("wire 1\n  GET", 2, "bytes stand below")]
    [InlineData("wire 1\n0 1 close\n  GET", 3, "bytes stand below")]
    [InlineData("wire 1\n0 1 >\n", 2, "no bytes")]
    [InlineData("wire 1\n0 1 >\n0 1 <\n  a", 3, "no bytes")]
    [InlineData("wire 1\n0 1 >\n  a\\q", 3, "no escape begins at byte 4")]
    [InlineData("wire 1\n0 1 >\n  \\x1", 3, "no escape begins at byte 3")]
    [InlineData("wire 1\n0 1 >\n  a ", 3, @"\x20")]
    [InlineData("wire 1\n0 1 >\n  a\tb", 3, "control character")]
    [InlineData("wire 1\n0 1", 2, "an event is")]
    [InlineData("wire 1\n0 1 ", 2, "what happened is")]
    [InlineData("wire 1\n0 1 >> ", 2, "what happened is")]
    [InlineData("wire 1\n0 1 open ", 2, "what happened is")]
    [InlineData("wire 1\n0 1 open  a", 2, "white space")]
    [InlineData("wire 1\n0  1 open", 2, "connections are")]
    [InlineData("wire 1\n0 0 open", 2, "connections are")]
    [InlineData("wire 1\n0 01 open", 2, "connections are")]
    [InlineData("wire 1\n0 1000000000 open", 2, "connections are")]
    [InlineData("wire 1\n-1 1 open", 2, "a time is")]
    [InlineData("wire 1\n.5 1 open", 2, "a time is")]
    [InlineData("wire 1\n1. 1 open", 2, "a time is")]
    [InlineData("wire 1\n1.1234567 1 open", 2, "a time is")]
    [InlineData("wire 1\n1 1 open\n0.9 1 close", 3, "time does not go back")]
    [InlineData("wire 1\n1 1 open\n1 1 open", 3, "opens once")]
    [InlineData("wire 1\n1 1 > end\n1 1 open", 3, "opens once")]
    [InlineData("wire 1\n1 1 > end\n1 1 >\n  a", 3, "has ended")]
    [InlineData("wire 1\n1 1 > reset\n1 1 < end", 3, "has ended")]
    [InlineData("wire 1\n1 1 close\n1 1 < end", 3, "was closed")]
    public void What_breaks_a_rule_is_refused_by_its_line(string text, int line, string reason)
    {
        Assert.Null(WireFileReader.Read(Encoding.UTF8.GetBytes(text), out WireFileError? error));
        Assert.Equal(line, error!.Line);
        Assert.Contains(reason, error.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_UTF_8_or_too_long_is_refused()
    {
        Assert.Null(WireFileReader.Read("wire 1\n# \xFF"u8[..^1].ToArray().Append((byte)0xFF).ToArray(), out WireFileError? error));
        Assert.Equal("line 2: a line is UTF-8", $"{error}");
        Assert.NotNull(WireFileReader.Read(Encoding.ASCII.GetBytes("wire 1\n#" + new string('a', 65535)), out _));
        Assert.Null(WireFileReader.Read(Encoding.ASCII.GetBytes("wire 1\n#" + new string('a', 65536)), out error));
        Assert.Equal(2, error!.Line);
    }

    [Theory]
    [InlineData(WireFileEventKind.Bytes, "", "")]
    [InlineData(WireFileEventKind.End, "x", "")]
    [InlineData(WireFileEventKind.End, "", "note")]
    [InlineData(WireFileEventKind.Open, "", "two\nlines")]
    [InlineData(WireFileEventKind.Open, "", " a")]
    public void The_writer_writes_only_what_can_be_read(WireFileEventKind kind, string bytes, string note)
    {
        var item = new WireFileEvent(default, 1, kind, WireDirection.FromServer, Encoding.ASCII.GetBytes(bytes), note);
        Assert.Throws<ArgumentException>(() => Write([item]));
    }

    private static string Write(IEnumerable<WireFileEvent> events)
    {
        using var text = new StringWriter();
        var writer = new WireFileWriter(text);
        foreach (WireFileEvent item in events) writer.Write(item);
        return text.ToString();
    }

    private static IReadOnlyList<WireFileEvent> Read(string text)
    {
        IReadOnlyList<WireFileEvent>? events = WireFileReader.Read(Encoding.UTF8.GetBytes(text), out WireFileError? error);
        Assert.True(events is not null, $"{error}\n{text}");
        return events;
    }

    private static string Describe(WireFileEvent item) =>
        FormattableString.Invariant($"{item.Time.Ticks / 10} {item.Connection} {item.Kind} {item.Direction} \"{EscapedBytes.Write(item.Bytes.Span)}\" {item.Note}");

    // Events that keep the rules, however the numbers fall: what a connection cannot do any more is left out.
    private static Arbitrary<WireFileEvent[]> Recordings() => Arb.From(
        Gen.ListOf(Events()).Select(Sensible),
        events => Enumerable.Range(0, events.Length).Select(left => Sensible(events.Where((_, at) => at != left)))
            .Concat(Enumerable.Range(0, events.Length).Where(at => events[at].Bytes.Length > 1).SelectMany(at => new[]
            {
                Sensible(events.Select((item, n) => n == at ? item with { Bytes = item.Bytes[..(item.Bytes.Length / 2)] } : item)),
                Sensible(events.Select((item, n) => n == at ? item with { Bytes = item.Bytes[1..] } : item)),
            })));

    private static Gen<WireFileEvent> Events() =>
        from time in Gen.Choose(0, 3_000_000)
        from connection in Gen.Choose(1, 3)
        from kind in Gen.Frequency((1, Gen.Constant(WireFileEventKind.Open)), (8, Gen.Constant(WireFileEventKind.Bytes)), (1, Gen.Constant(WireFileEventKind.End)),
            (1, Gen.Constant(WireFileEventKind.Reset)), (1, Gen.Constant(WireFileEventKind.Close)))
        from toServer in Gen.Elements(true, false)
        from bytes in Gen.NonEmptyListOf(Gen.Frequency((1, Gen.Choose(0, 255)), (2, Gen.Choose(32, 126)), (1, Gen.Elements(10, 13, 32, 92))))
        from note in Gen.Elements("", "127.0.0.1:1 -> [::1]:2", "é 好", "a  # b")
        select new WireFileEvent(
            TimeSpan.FromMicroseconds(time), connection, kind,
            toServer || kind is WireFileEventKind.Open or WireFileEventKind.Close ? WireDirection.FromClient : WireDirection.FromServer,
            kind == WireFileEventKind.Bytes ? bytes.Select(value => (byte)value).ToArray() : default,
            kind is WireFileEventKind.Open or WireFileEventKind.Close ? note : "");

    private static WireFileEvent[] Sensible(IEnumerable<WireFileEvent> events)
    {
        var state = new Dictionary<int, (bool Known, bool Up, bool Down, bool Closed)>();
        var kept = new List<WireFileEvent>();
        foreach (WireFileEvent item in events.OrderBy(item => item.Time))
        {
            (bool known, bool up, bool down, bool closed) = state.GetValueOrDefault(item.Connection);
            bool ended = item.Kind is WireFileEventKind.Open or WireFileEventKind.Close ? known && item.Kind == WireFileEventKind.Open
                : item.Direction == WireDirection.FromClient ? up : down;
            if (closed || ended) continue;
            bool ends = item.Kind is WireFileEventKind.End or WireFileEventKind.Reset, resets = item.Kind == WireFileEventKind.Reset;
            state[item.Connection] = (
                true,
                up || resets || (ends && item.Direction == WireDirection.FromClient),
                down || resets || (ends && item.Direction == WireDirection.FromServer),
                item.Kind == WireFileEventKind.Close);
            kept.Add(item);
        }

        return [.. kept];
    }

    // Pieces of the format in any order: most are refused, some late.
    private static Arbitrary<byte[]> AnyText() => Arb.From(
        from first in Gen.Frequency((9, Gen.Constant("wire 1\n")), (1, Gen.Constant("")))
        from pieces in Gen.ListOf(Gen.Elements(
            "0 1 >\n  a\n", "1 1 <\n", "  b\\x0", "A\n", "1 2 open x\n", "2 1 > end\n", "2 1 close\n", "# c\n", "\n", "\r", " ", "\\", "\u00FF", "\0", "9", ".", "  "))
        from raw in Gen.ListOf(Gen.Choose(0, 255)).Select(bytes => bytes.Select(value => (byte)value).ToArray())
        from takesRaw in Gen.Frequency((4, Gen.Constant(false)), (1, Gen.Constant(true)))
        select (byte[])[.. Encoding.Latin1.GetBytes(first + string.Concat(pieces)), .. takesRaw ? raw : []],
        bytes => Enumerable.Range(0, bytes.Length).Select(left => bytes.Where((_, at) => at != left).ToArray()));
}
