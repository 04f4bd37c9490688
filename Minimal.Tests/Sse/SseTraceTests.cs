using System.Buffers;
using Minimal.Sse;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>The names that parser and writer give to spans.</summary>
public sealed class SseTraceTests
{
    [Fact]
    public void Every_span_of_a_stream_has_its_name()
    {
        AssertMarks(
            "\u00EF\u00BB\u00BF:hi\r\ndata: x:y\rid\n\r\nfoo:\n\n  : z\nda",
            """
            0 <EF><BB><BF> bom
            3 :hi comment
            6 <0D><0A> end-of-line
            8 data field name
            12 : colon
            13 <20> space
            14 x:y field value
            17 <0D> end-of-line
            18 id field name
            20 <0A> end-of-line
            21 <0D><0A> end-of-line
            23 foo field name
            26 : colon
            27 <0A> end-of-line
            28 <0A> end-of-line
            29 <20><20> field name
            31 : colon
            32 <20> space
            33 z field value
            34 <0A> end-of-line
            35 da unfinished line
            """);
    }

    [Fact]
    public void An_empty_line_is_told_from_the_end_of_a_line()
    {
        Assert.NotEqual(SseParts.LineEnd, SseParts.Dispatch);
        var marks = new PartRecorder();
        SseStreams.ReadPieces([SseStreams.Bytes("data\r"), SseStreams.Bytes("\n\r"), SseStreams.Bytes("\n")], trace: marks);
        Assert.Equal([SseParts.FieldName, SseParts.LineEnd, SseParts.LineEnd, SseParts.Dispatch, SseParts.Dispatch], marks.Parts);
    }

    [Fact]
    public void Offsets_begin_anew_with_each_stream()
    {
        var marks = new PartRecorder();
        var parser = new SseParser(trace: marks);
        for (int i = 0; i < 2; i++)
        {
            SseStreams.ReadAll(ref parser, new ReadOnlySequence<byte>("data:a\nb"u8.ToArray()), new SseReading());
            parser.End();
        }

        Assert.Equal([0, 4, 5, 6, 7, 0, 4, 5, 6, 7], marks.Offsets);
    }

    [Fact]
    public void A_mark_that_was_none_belongs_to_the_first_line()
    {
        AssertMarks("\u00EF\u00BBx\n", "0 <EF><BB>x field name\n3 <0A> end-of-line");
        AssertMarks("\u00EF\u00BB", "0 <EF><BB> unfinished line");
    }

    [Fact]
    public void The_writer_gives_the_names_that_the_parser_gives()
    {
        var output = new ArrayBufferWriter<byte>();
        var written = new SpanRecorder();
        SseWriter.Write(new SseEvent(" a\n\nb", "t", "1", TimeSpan.FromSeconds(1)), output, written);

        var read = new SpanRecorder();
        SseStreams.ReadPieces([output.WrittenSpan.ToArray()], trace: read);
        Assert.Equal(read.Show(), written.Show());
        Assert.Equal(output.WrittenSpan.ToArray(), written.Covered());
    }

    [Fact]
    public void Each_piece_that_is_written_has_its_names()
    {
        Assert.Equal("0 id field name\n2 : colon\n3 <20> space\n4 7 field value\n5 <0A> end-of-line", Marks((output, trace) => SseWriter.WriteId("7"u8, output, trace)));
        Assert.Equal("0 event field name\n5 : colon\n6 <20> space\n7 t field value\n8 <0A> end-of-line", Marks((output, trace) => SseWriter.WriteType("t"u8, output, trace)));
        Assert.Equal("0 retry field name\n5 : colon\n6 <20> space\n7 5 field value\n8 <0A> end-of-line", Marks((output, trace) => SseWriter.WriteRetry(TimeSpan.FromMilliseconds(5), output, trace)));
        Assert.Equal("0 data field name\n4 : colon\n5 <20> space\n6 <0A> end-of-line", Marks((output, trace) => SseWriter.WriteData(""u8, output, trace)));
        Assert.Equal("0 :<20>a comment\n3 <0A> end-of-line\n4 :<20>b comment\n7 <0A> end-of-line", Marks((output, trace) => SseWriter.WriteComment("a\nb"u8, output, trace)));
        Assert.Equal("0 :<20><20> comment\n3 <0A> end-of-line", Marks((output, trace) => SseWriter.WritePadding(4, output, trace)));
        Assert.Equal("0 <0A> end-of-line", Marks((output, trace) => SseWriter.WriteEnd(output, trace)));
    }

    private static string Marks(Action<IBufferWriter<byte>, SpanRecorder> write)
    {
        var output = new ArrayBufferWriter<byte>();
        var marks = new SpanRecorder();
        write(output, marks);
        Assert.Equal(output.WrittenSpan.ToArray(), marks.Covered());
        return marks.Show();
    }

    private static void AssertMarks(string stream, string expected)
    {
        byte[] bytes = SseStreams.Bytes(stream);
        SseStreams.Read(bytes);   // the same at every cut
        var marks = new SpanRecorder();
        SseStreams.ReadPieces([bytes], trace: marks);
        Assert.Equal(expected, marks.Show());
        Assert.Equal(bytes, marks.Covered());
    }
}
