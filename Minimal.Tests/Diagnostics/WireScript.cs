using Minimal.Http.Diagnostics;
using Minimal.Sse.Diagnostics;
using Minimal.Testing;
using Minimal.WebSocket.Diagnostics;

namespace Minimal.Tests.Diagnostics;

/// <summary>What passes on a connection: messages, each in one direction, in the order in which they pass.</summary>
internal sealed record WireScript(IReadOnlyList<(WireDirection Direction, byte[] Bytes)> Messages)
{
    /// <summary>Options with everything that the libraries can read.</summary>
    public static readonly WireReaderOptions All = new() { Contents = [new SseWireContent(), new WebSocketWireContent(), new TopicWireContent()] };

    /// <summary>Bounds so small that every element meets them.</summary>
    public static readonly WireReaderOptions Small = All with { MaxSpanBytes = 7, MaxHeldBytes = 40, MaxExchangesHeld = 2 };

    /// <summary>Messages in escaped text; the ones from the client begin with <c>&gt;</c>, the ones from the server with <c>&lt;</c>.</summary>
    public static WireScript Of(params IReadOnlyList<string> messages) =>
        new([.. messages.Select(text => (text[0] == '>' ? WireDirection.FromClient : WireDirection.FromServer, EscapedBytes.Parse(text[1..])))]);

    /// <summary>All bytes of a direction.</summary>
    public byte[] BytesOf(WireDirection direction) => [.. Messages.Where(message => message.Direction == direction).SelectMany(message => message.Bytes)];

    /// <summary>Reads it, with each message cut.</summary>
    public IReadOnlyList<WireSpan> Read(WireReaderOptions? options = null, Func<byte[], Split>? cut = null)
    {
        var spans = new List<WireSpan>();
        var reader = new WireReader(spans.Add, options ?? All);
        foreach ((WireDirection direction, byte[] bytes) in Messages)
        {
            foreach (ReadOnlyMemory<byte> segment in (cut?.Invoke(bytes) ?? Splits.Whole(bytes)).Segments) reader.Read(direction, segment.Span);
        }

        reader.End(WireDirection.FromServer);
        reader.End(WireDirection.FromClient);
        return spans;
    }

    /// <summary>Demands that the spans cover each byte once and in order, however the messages are cut.</summary>
    public void Check(WireReaderOptions options, params IReadOnlyList<Segmentation> cuts)
    {
        IReadOnlyList<WireSpan> whole = Read(options);
        CheckCovers(whole, WireDirection.FromClient, options);
        CheckCovers(whole, WireDirection.FromServer, options);
        CheckSame(whole, Read(options, bytes => Splits.ByteByByte(bytes)), "byte by byte");
        foreach (Segmentation segmentation in cuts) CheckSame(whole, Read(options, bytes => segmentation.Cut(bytes)), $"{segmentation}");
    }

    public override string ToString() =>
        string.Join("\n    ", Messages.Select(message => WireText.Mark(message.Direction) + EscapedBytes.Write(message.Bytes)));

    private void CheckCovers(IReadOnlyList<WireSpan> spans, WireDirection direction, WireReaderOptions options)
    {
        var covered = new List<byte>();
        foreach (WireSpan span in spans.Where(span => span.Direction == direction))
        {
            bool isNext = span.Offset == covered.Count && span.Bytes.Length > 0 && span.Bytes.Length <= options.MaxSpanBytes;
            if (!isNext) throw new CheckFailedException($"{span}\nis not at {covered.Count}, empty or too long, in\n{WireText.Write(spans)}");
            covered.AddRange(span.Bytes.Span);
        }

        byte[] expected = BytesOf(direction);
        if (!covered.SequenceEqual(expected)) throw new CheckFailedException($"{expected.Length} bytes {direction}, but\n{WireText.Write(spans)}");
        if (spans.Count(span => span.Direction == direction && span.Broken is not null && span.Part.Section.StartsWith("RFC 9112", StringComparison.Ordinal)) > 2)
        {
            throw new CheckFailedException($"several rules broken\n{WireText.Write(spans)}");
        }
    }

    private static void CheckSame(IReadOnlyList<WireSpan> whole, IReadOnlyList<WireSpan> cut, string how)
    {
        foreach (WireDirection direction in Enum.GetValues<WireDirection>())
        {
            WireSpan[] expected = [.. whole.Where(span => span.Direction == direction)], actual = [.. cut.Where(span => span.Direction == direction)];
            if (expected.SequenceEqual(actual)) continue;
            int at = expected.Zip(actual).TakeWhile(pair => pair.First.Equals(pair.Second)).Count();
            throw new CheckFailedException($"""
                cut {how}, span {at} differs: {expected.ElementAtOrDefault(at)} | {actual.ElementAtOrDefault(at)}
                whole
                {WireText.Write(expected)}
                cut
                {WireText.Write(actual)}
                """);
        }
    }
}
