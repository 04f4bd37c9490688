using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Testing;

public sealed class RecordingTraceTests
{
    private readonly RecordingTrace _trace = new();

    [Fact]
    public void The_listing_has_offset_bytes_text_part_and_section()
    {
        _trace.Mark(WireParts.Method, 0, "GET"u8);
        _trace.Mark(WireParts.Space, 3, " "u8);
        _trace.Mark(WireParts.Target, 4, "/1"u8);
        _trace.Mark(WireParts.Space, 6, " "u8);
        _trace.Mark(WireParts.Version, 7, "HTTP/1.1"u8);
        _trace.Mark(WireParts.LineEnd, 15, "\r\n"u8);

        string expected = """
            >   0  47 45 54     GET        method           RFC 9112 §3.1
            >   3  20                      SP               RFC 9112 §3
            >   4  2F 31        /1         request-target   RFC 9112 §3.2
            >   6  20                      SP               RFC 9112 §3
            >   7  48 54 54 …   HTTP/1.1   HTTP-version     RFC 9112 §2.3
            >  15  0D 0A        \r\n       CRLF             RFC 9112 §2.1
            """;
        Assert.Equal(expected.ReplaceLineEndings("\n"), _trace.ToListing());
        Assert.Equal(expected.ReplaceLineEndings("\n").Replace('>', '<'), _trace.ToListing(fromServer: true));
    }

    [Fact]
    public void Marks_of_one_part_that_a_split_cut_become_one()
    {
        var shifted = new ShiftedTrace(_trace, by: 2);
        _trace.Mark(WireParts.Body, 0, "he"u8);
        shifted.Mark(WireParts.Body, 0, "llo"u8);
        shifted.Mark(WireParts.LineEnd, 3, "\r\n"u8);

        Assert.Equal([new WireMark(WireParts.Body, 0, "hello"u8.ToArray()), new WireMark(WireParts.LineEnd, 5, "\r\n"u8.ToArray())], _trace.Marks);
        _trace.CheckCovers("hello\r\n"u8);
    }

    [Fact]
    public void A_hole_an_overlap_a_wrong_byte_and_a_missing_end_are_caught()
    {
        Assert.Contains("begins at 4, the one before ends at 3", Caught((0, "GET"), (4, "/")), StringComparison.Ordinal);
        Assert.Contains("begins at 2, the one before ends at 3", Caught((0, "GET"), (2, "T")), StringComparison.Ordinal);
        Assert.Contains("bytes that the input does not have", Caught((0, "PUT")), StringComparison.Ordinal);
        Assert.Contains("bytes that the input does not have", Caught((0, "GET /x")), StringComparison.Ordinal);
        Assert.Contains("2 bytes from 3 have no mark", Caught((0, "GET")), StringComparison.Ordinal);
        Assert.Contains("empty mark", Caught((0, "")), StringComparison.Ordinal);
    }

    private static string Caught(params (int Offset, string Text)[] marks)
    {
        var trace = new RecordingTrace();
        WirePart[] parts = [WireParts.Method, WireParts.Target];
        foreach ((int n, (int offset, string text)) in marks.Index()) trace.Mark(parts[n], offset, System.Text.Encoding.ASCII.GetBytes(text));
        return Assert.Throws<CheckFailedException>(() => trace.CheckCovers("GET /"u8)).Message;
    }
}
