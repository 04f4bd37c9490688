using System.Buffers;
using System.Text;
using FsCheck.Fluent;
using Minimal.Sse;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>The properties, of our parser and writer.</summary>
public sealed class SsePropertyTests
{
    private static readonly SseLimits Small = new() { MaxLineBytes = 12, MaxEventBytes = 10, MaxReconnectionTime = TimeSpan.FromMilliseconds(10) };

    [Fact]
    [Requirement("SSE-9.2.6-01", "SSE-9.2.6-02", "SSE-9.2.6-03", "SSE-9.2.6-05", "SSE-9.2.6-10")]
    public void Parser_reads_as_the_standard() => SseProperties.ReadsAsTheStandard(Ours).Check(10_000);

    [Fact]
    public void Parser_receives_the_data_that_the_framework_receives() => SseProperties.ReceivesTheDataOf(SseFramework.Read, Ours).Check(5000);

    [Fact]
    public void Framework_reads_as_the_standard_but_for_its_known_differences() =>
        SseProperties.ReadsAs(pieces => SseReference.Read(pieces, SseFramework.Differences), SseFramework.Read).Check(5000);

    [Fact]
    [Requirement("SSE-9.2.6-03", "SSE-9.2.6-04")]
    public void Parser_is_split_invariant() => SseProperties.IsSplitInvariant(OursTraced).Check(10_000);

    [Fact]
    [Requirement("SSE-9.2.6-21")]
    public void Parser_is_split_invariant_at_its_limits() =>
        SseProperties.IsSplitInvariant((pieces, trace) => SseStreams.ReadPieces(pieces, Small, "5", trace)).Check(10_000);

    [Fact]
    [Requirement("SSE-9.2.6-03")]
    public void Segments_are_pieces() => SseProperties.ReadsAs(Ours, pieces => SseStreams.ReadSegments(pieces)).Check();

    [Fact]
    public void Parser_marks_every_byte() => SseProperties.MarksEveryByte(OursTraced).Check(10_000);

    [Fact]
    public void Parser_is_total() => SseProperties.IsTotal(pieces => SseStreams.ReadPieces(pieces, Small)).Check(10_000);

    [Fact]
    [Requirement("SSE-9.2.5-02", "SSE-9.2.5-03", "SSE-9.2.5-05", "SSE-9.2.5-07", "SSE-9.2.5-11")]
    public void What_is_written_arrives_at_our_parser() => SseProperties.ArrivesWhole(SseWriter.Write, Ours).Check();

    [Fact]
    [Requirement("SSE-9.2.5-03")]
    public void What_is_written_arrives_at_the_reference() => SseProperties.ArrivesWhole(SseWriter.Write, SseReference.Read).Check();

    [Fact]
    [Requirement("SSE-9.2.5-03")]
    public void What_is_written_arrives_at_the_framework() => SseProperties.ArrivesWhole(SseWriter.Write, SseFramework.Read).Check();

    [Fact]
    [Requirement("SSE-9.2.5-04", "SSE-9.2.5-09")]
    public void Writer_keeps_to_the_format() => SseProperties.KeepsToTheFormat(SseWriter.Write).Check();

    [Fact]
    public void Writer_names_as_the_parser() => SseProperties.NamesAsAReader(SseWriter.Write, OursTraced).Check();

    [Fact]
    [Requirement("SSE-9.2.5-03")]
    public void Bytes_are_written_as_text_is() => Prop.ForAll(SseArbitraries.SeveralEvents(), events => Array.TrueForAll(events, e =>
    {
        var text = new ArrayBufferWriter<byte>();
        SseWriter.WriteId(e.Id, text);
        SseWriter.WriteType(e.Type, text);
        SseWriter.WriteData(e.Data, text);
        SseWriter.WriteComment(e.Data, text);

        var bytes = new ArrayBufferWriter<byte>();
        SseWriter.WriteId(Encoding.UTF8.GetBytes(e.Id ?? ""), bytes);
        SseWriter.WriteType(Encoding.UTF8.GetBytes(e.Type ?? ""), bytes);
        SseWriter.WriteData(Encoding.UTF8.GetBytes(e.Data), bytes);
        SseWriter.WriteComment(Encoding.UTF8.GetBytes(e.Data), bytes);
        return text.WrittenSpan.SequenceEqual(bytes.WrittenSpan);
    })).Check();

    private static SseReading Ours(IReadOnlyList<byte[]> pieces) => SseStreams.ReadPieces(pieces);

    private static SseReading OursTraced(IReadOnlyList<byte[]> pieces, Minimal.Http.Wire.WireTrace trace) => SseStreams.ReadPieces(pieces, trace: trace);
}
