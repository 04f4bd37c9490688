using System.Buffers;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Properties;

/// <summary>
/// Bytes come one at a time, and what was looked at is poisoned before the next one comes: who looks again finds a bare LF where a
/// letter was. So the time for a message grows with its length and not with the square of it.
/// </summary>
public sealed class EachByteOnceTests
{
    private const byte Poison = (byte)'\n';

    /// <summary>Looks at a buffer that has grown by a byte.</summary>
    private delegate (ParseStatus Status, ProtocolRule? Broken) Look(ReadOnlySequence<byte> buffer);

    [Property(Tests = 300)]
    [Requirement("HS-2.3-01")]
    public void Scanner_looks_at_each_byte_of_a_request_once(Mutant<HttpRequestModel> mutant) => LooksOnce(Scanner, mutant.ToBytes());

    [Property(Tests = 300)]
    public void Scanner_looks_at_each_of_any_bytes_once(HttpBytes bytes) => LooksOnce(Scanner, bytes.Value);

    [Property(Tests = 100)]
    public void Scanner_looks_at_each_byte_once_in_segments_too(Mutant<HttpRequestModel> mutant) => LooksOnceInSegments(Scanner, mutant.ToBytes());

    [Fact]
    public void A_scanner_that_begins_afresh_is_found() =>
        PropertyCheck.MustFail(HttpArbitraries.Requests(), request => LooksOnce(Forgetful, request.ToBytes()));

    [Property(Tests = 300)]
    [Requirement("H1-7.1.1-03")]
    public void Decoder_looks_at_each_byte_of_a_line_once_until_the_line_is_whole(ChunkedBodyModel body) =>
        DecodesPoisoned(body, beginsAfresh: false);

    [Fact]
    public void A_decoder_that_begins_a_line_afresh_is_found() =>
        PropertyCheck.MustFail(HttpArbitraries.Chunked(), body => DecodesPoisoned(body, beginsAfresh: true));

    private static Look Scanner()
    {
        var scanner = default(HeadScanner);
        return buffer => (scanner.Scan(buffer, HttpLimits.Default, out ProtocolRule? broken), broken);
    }

    private static Look Forgetful() => buffer => (default(HeadScanner).Scan(buffer, HttpLimits.Default, out ProtocolRule? broken), broken);

    private static void LooksOnce(Func<Look> parser, byte[] bytes)
    {
        Look clean = parser(), poisoned = parser();
        byte[] growing = [.. bytes];
        for (int length = 1; length <= bytes.Length; length++)
        {
            var expected = clean(new ReadOnlySequence<byte>(bytes, 0, length));
            Assert.Equal(expected, poisoned(new ReadOnlySequence<byte>(growing, 0, length)));
            if (expected.Status != ParseStatus.NeedMore) return;
            growing[length - 1] = Poison;
        }
    }

    private static void LooksOnceInSegments(Func<Look> parser, byte[] bytes)
    {
        byte[] growing = [.. bytes];
        Look clean = parser(), poisoned = parser();
        IEnumerable<ReadOnlySequence<byte>> expected = Segments.Arriving(Splits.ByteByByte(bytes).Segments);
        IEnumerable<ReadOnlySequence<byte>> found = Segments.Arriving(Splits.ByteByByte(growing).Segments);
        foreach ((ReadOnlySequence<byte> first, ReadOnlySequence<byte> second) in expected.Zip(found))
        {
            var answer = clean(first);
            Assert.Equal(answer, poisoned(second));
            if (answer.Status != ParseStatus.NeedMore) return;
            growing[second.Length - 1] = Poison;
        }
    }

    /// <summary>
    /// Feeds a decoder byte by byte. What it has not taken is poisoned, but for the last two bytes (a CR may have to be looked at again),
    /// and comes back when the line is whole.
    /// </summary>
    private static void DecodesPoisoned(ChunkedBodyModel body, bool beginsAfresh)
    {
        byte[] bytes = body.ToBytes();
        var decoder = new ChunkedDecoder(HttpLimits.Default);
        var content = new List<byte>();
        int taken = 0;
        ParseStatus status = ParseStatus.NeedMore;
        for (int length = 1; length <= bytes.Length && status == ParseStatus.NeedMore; length++)
        {
            if (taken == 0 && beginsAfresh) decoder = new ChunkedDecoder(HttpLimits.Default);
            byte[] shown = bytes[taken..length];
            if (shown[^1] != Poison) shown.AsSpan(0, Math.Max(0, shown.Length - 2)).Fill(Poison);
            var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(shown));
            status = decoder.Read(ref input, out ReadOnlySequence<byte> data, out _);
            content.AddRange(data.ToArray());
            taken += (int)input.Consumed;
        }

        Assert.Equal(ParseStatus.Complete, status);
        Assert.Equal(body.Content, content);
    }
}
