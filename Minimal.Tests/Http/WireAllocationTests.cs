using System.Buffers;
using System.Text;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>
/// What a kept-alive connection does for each request allocates nothing, by the runtime's own count: in a steady state, a thousand times
/// over, not a byte.
/// </summary>
public sealed class WireAllocationTests
{
    private const int Rounds = 1000;
    private const int MaxAttempts = 5000;

    private static readonly byte[] Get = Encoding.ASCII.GetBytes(
        "GET /topics/weather?via=long&after=0-17 HTTP/1.1\r\n"
        + "Host: example.com\r\nUser-Agent: Mozilla/5.0\r\nAccept: */*\r\nConnection: keep-alive\r\n\r\n");

    private static readonly byte[] Date = Encoding.ASCII.GetBytes("Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n");

    private readonly RequestHead _head = new();
    private readonly ArrayBufferWriter<byte> _output = new(4096);

    [Fact]
    public void Reading_the_head_of_a_request_allocates_nothing()
    {
        var whole = new ReadOnlySequence<byte>(Get);
        AssertAllocatesNothing(() => ReadHead(whole));
    }

    [Fact]
    public void Reading_the_head_of_a_request_in_segments_allocates_nothing()
    {
        ReadOnlySequence<byte> cut = Segments.Sequence(Splits.At(Get, 3, 40, 41, 90).Segments);
        AssertAllocatesNothing(() => ReadHead(cut));
    }

    [Fact]
    public void A_head_that_gives_its_block_back_takes_another_from_the_pool()
    {
        var whole = new ReadOnlySequence<byte>(Get);
        AssertAllocatesNothing(() =>
        {
            ReadHead(whole);
            _head.Release();
        });
    }

    [Fact]
    public void Looking_fields_up_allocates_nothing()
    {
        ReadHead(new ReadOnlySequence<byte>(Get));
        AssertAllocatesNothing(() =>
        {
            Assert.True(_head.Fields.HasMember("connection", "KEEP-ALIVE"));
            Assert.True(_head.Fields.ValueBytes(_head.Fields.Next("user-agent", 0)).StartsWith("Mozilla"u8));
            Assert.False(_head.Fields.Contains("Cookie"));
            Assert.True(_head.PathBytes.SequenceEqual("/topics/weather"u8));
        });
    }

    [Fact]
    public void Decoding_chunks_allocates_nothing()
    {
        var body = new ReadOnlySequence<byte>("5;a=\"b\"\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n"u8.ToArray());
        AssertAllocatesNothing(() => Assert.True(Decode(body) == 15));
    }

    [Fact]
    public void Decoding_chunks_whose_lines_are_cut_allocates_nothing()
    {
        byte[] body = "5;a=\"b\"\r\nhello\r\nA\r\n0123456789\r\n0\r\n\r\n"u8.ToArray();
        ReadOnlySequence<byte> cut = Segments.Sequence(Splits.ByteByByte(body).Segments);
        AssertAllocatesNothing(() => Assert.True(Decode(cut) == 15));
    }

    [Fact]
    public void Encoding_chunks_allocates_nothing() => AssertAllocatesNothing(() =>
    {
        _output.ResetWrittenCount();
        ChunkedEncoder.Write("hello"u8, _output);
        ChunkedEncoder.WriteEnd(_output);
    });

    [Fact]
    public void Writing_the_head_of_a_response_allocates_nothing()
    {
        var head = new ResponseHead();
        AssertAllocatesNothing(() =>
        {
            _output.ResetWrittenCount();
            head.Reset();
            head.Status = 200;
            head.Fields.Set("Content-Type", "text/plain; charset=utf-8");
            head.Fields.Set("Last-Event-ID", "0-17");
            ResponseHeadWriter.Write(head, BodyFraming.ForResponse(200, "GET", 1, 5), ConnectionOption.None, Date, _output);
        });
    }

    [Fact]
    public void Refusing_allocates_nothing()
    {
        var smuggled = new ReadOnlySequence<byte>(
            "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: gzip, chunked, x\r\n\r\n"u8.ToArray());
        AssertAllocatesNothing(() =>
        {
            ReadHead(smuggled);
            Assert.True(BodyFraming.Decide(_head, out ProtocolRule? broken) is null && broken == HttpRules.ChunkedNotLast);
        });
    }

    private static long Decode(in ReadOnlySequence<byte> body)
    {
        var decoder = new ChunkedDecoder(HttpLimits.Default);
        var input = new SequenceReader<byte>(body);
        long length = 0;
        while (decoder.Read(ref input, out ReadOnlySequence<byte> data, out _) == ParseStatus.NeedMore) length += data.Length;
        return length;
    }

    // The compiler's first version of a method may box where its last one does not: what is counted is a steady state.
    private static void AssertAllocatesNothing(Action act)
    {
        long allocated = long.MaxValue;
        for (int attempt = 0; attempt < MaxAttempts && allocated > 0; attempt++) allocated = AllocatedBy(act);
        Assert.Equal(0, allocated);
    }

    private static long AllocatedBy(Action act)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++) act();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void ReadHead(in ReadOnlySequence<byte> buffer)
    {
        var scanner = default(HeadScanner);
        Assert.True(scanner.Scan(buffer, HttpLimits.Default, out _) == ParseStatus.Complete);
        _head.Load(buffer.Slice(0, scanner.Length), (int)scanner.Start);
        Assert.True(new RequestHeadParser(_head).TryParse(out _));
        Assert.True(BodyFraming.Decide(_head, out _) is not null || _head.Method == "POST");
        Assert.True(Persistence.Decide(_head));
    }
}
