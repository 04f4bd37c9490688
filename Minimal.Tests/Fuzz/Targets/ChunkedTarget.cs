using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Minimal.Tests.Testing;

namespace Minimal.Fuzz.Targets;

/// <summary>A body in chunks, with its trailers (RFC 9112 §7.1).</summary>
internal sealed class ChunkedTarget : FuzzTarget
{
    private static readonly HttpLimits Limits = new() { MaxBodyBytes = 500, MaxChunkLineBytes = 60, MaxChunkExtensionBytes = 100, MaxTrailerBytes = 100, MaxFields = 6 };

    public override string Name => "chunked";

    public override string Invariant =>
        "one of three answers, the same at every split and with every bound on data; each byte named once; what is taken is in the grammar and arrives when written again; behind a broken rule nothing is read";

    public override Gen<byte[]> Inputs { get; } = Gen.OneOf(
        ChunkedGen.Valid.Select(body => body.ToBytes()),
        ChunkedGen.NearlyValid.Select(mutant => mutant.ToBytes()));

    public override void Check(byte[] input)
    {
        var trace = new RecordingTrace();
        BodyReader whole = BodyReader.ReadChunked([input], Limits, trace);
        Demand.Answer(whole.Status, whole.Broken, HttpRules.All);
        Demand.That(whole.Used >= 0 && whole.Used <= input.Length && whole.Content.Length <= whole.Used, "more was used, or made, than came");
        Demand.Covers(trace, input, whole.Status, whole.Used);

        var cutTrace = new RecordingTrace();
        BodyReader cut = BodyReader.ReadChunked(Cuts.Of(input), Limits, cutTrace);
        Demand.Same($"{whole}\n{Demand.Marks(trace)}", $"{cut}\n{Demand.Marks(cutTrace)}", "the answer depends on where the bytes are cut");

        CheckBounded(input, 1 + (Cuts.Number(input) % 20), whole);
        if (whole.Status == ParseStatus.Complete) CheckTaken(input[..(int)whole.Used], whole);
        if (whole.Status == ParseStatus.Invalid && !HttpGrammar.IsLimit(whole.Broken!)) Demand.That(Meant(input) is null, $"in the grammar, and refused: {whole.Broken!.Name}");
    }

    private static void CheckBounded(byte[] input, int most, BodyReader whole)
    {
        var decoder = new ChunkedDecoder(Limits);
        var reader = new SequenceReader<byte>(new ReadOnlySequence<byte>(input));
        var content = new List<byte>();
        ParseStatus status;
        ProtocolRule? broken;
        do
        {
            status = decoder.Read(ref reader, most, out ReadOnlySequence<byte> data, out broken);
            Demand.That(data.Length <= most, "more data than asked for");
            content.AddRange(data.ToArray());
            if (data.IsEmpty) break;
        }
        while (status == ParseStatus.NeedMore);
        Demand.That(status == whole.Status && broken == whole.Broken && reader.Consumed == whole.Used, "the answer depends on the bound on data");
        Demand.Same(whole.Content, content.ToArray(), "the content depends on the bound on data");
        if (status != ParseStatus.Invalid) return;

        var good = new SequenceReader<byte>(new ReadOnlySequence<byte>("0\r\n\r\n"u8.ToArray()));
        status = decoder.Read(ref good, out ReadOnlySequence<byte> more, out ProtocolRule? again);
        Demand.That(status == ParseStatus.Invalid && again == broken && more.IsEmpty && good.Consumed == 0, "something is read behind a broken rule");
    }

    private static void CheckTaken(byte[] bytes, BodyReader reader)
    {
        Demand.Same(Meant(bytes) ?? throw new CheckFailedException("taken, and not in the grammar"), reader.Content, "other content than the grammar's");
        var output = new ArrayBufferWriter<byte>();
        for (int at = 0; at < reader.Content.Length; at += 7) ChunkedEncoder.Write(reader.Content.AsSpan(at, Math.Min(7, reader.Content.Length - at)), output);
        output.Write(Encoding.Latin1.GetBytes($"0\r\n{string.Concat((reader.Trailers ?? []).Select(field => $"{field.Name}:{field.Value}\r\n"))}\r\n"));

        BodyReader again = BodyReader.ReadChunked([output.WrittenMemory]);
        Demand.That(again.Status == ParseStatus.Complete && again.Used == output.WrittenCount, $"refused when written again: {again.Broken?.Name}");
        Demand.Same(string.Join('\n', reader.Describe()), string.Join('\n', again.Describe()), "another body when written again");
    }

    private static byte[]? Meant(byte[] bytes)
    {
        int at = 0;
        try
        {
            return ReferenceMessage.ReadChunked(Encoding.Latin1.GetString(bytes), ref at);
        }
        catch (Exception wrong) when (HttpGrammar.IsRefusal(wrong))
        {
            return null;
        }
    }
}
