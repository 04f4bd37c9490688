using System.Buffers;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.Tests.Testing;

/// <summary>
/// The smallest parser that has all that a parser has: three answers, a rule, spans, and no opinion on how its bytes
/// arrive. <c>Vectors/README.md</c> shows it; the tests of the kit plant faults into it.
/// </summary>
internal static class LineDriver
{
    private static readonly WirePart Text = new("text", "RFC 9112 §2.2", "what the line says");
    private static readonly ProtocolRule LineFeedAlone = new(nameof(LineFeedAlone), 400, "RFC 9112 §2.2", "a line ends with CRLF");

    [VectorDriver("line")]
    public static VectorOutcome Read(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace)
    {
        foreach (ReadOnlySequence<byte> buffer in Segments.Arriving(segments))
        {
            if (buffer.PositionOf((byte)'\n') is { } end) return ReadLine(buffer.Slice(0, end).ToArray(), trace);
        }

        return VectorOutcome.NeedMore();
    }

    private static VectorOutcome ReadLine(ReadOnlySpan<byte> line, WireTrace trace)
    {
        bool hasCarriageReturn = line.EndsWith("\r"u8);
        ReadOnlySpan<byte> text = hasCarriageReturn ? line[..^1] : line;
        if (!text.IsEmpty) trace.Mark(Text, 0, text);
        if (!hasCarriageReturn) return VectorOutcome.Refused(LineFeedAlone);

        trace.Mark(WireParts.LineEnd, text.Length, "\r\n"u8);
        return VectorOutcome.Complete(line.Length + 1);
    }
}
