using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Minimal.Tests.Testing;

namespace Minimal.Fuzz.Targets;

/// <summary>Responses as a client reads them, interim ones and the final one (RFC 9112 §4, §6.3).</summary>
internal sealed class ResponseHeadTarget : FuzzTarget
{
    private static readonly HttpLimits Limits = new()
    {
        MaxRequestLineBytes = 200, MaxFieldBytes = 600, MaxFields = 10, MaxEmptyLines = 2, MaxChunkLineBytes = 60, MaxChunkExtensionBytes = 100, MaxTrailerBytes = 100,
    };

    public override string Name => "response-head";

    public override string Invariant =>
        "one of three answers, the same at every split; each byte named once; what is taken is in the grammar, and reads the same when written again";

    public override Gen<byte[]> Inputs { get; } = Gen.OneOf(
        HttpResponseGen.Valid.Select(response => response.ToBytes()),
        HttpResponseGen.NearlyValid.Select(mutant => mutant.ToBytes()));

    public override IReadOnlyList<byte[]> Words { get; } = [.. new[] { "HTTP/1.1 100 \r\n\r\n", "HTTP/1.1 103 a\r\n\r\n", "HTTP/1.1 204 \r\n\r\n", " 304 ", " 101 " }.Select(Encoding.ASCII.GetBytes)];

    public override void Check(byte[] input)
    {
        string method = (Cuts.Number(input) % 8) switch { 0 => "HEAD", 1 => "CONNECT", _ => "GET" };
        var trace = new RecordingTrace();
        ResponseReader whole = ResponseReader.Read([input], method, Limits, trace);
        Demand.Answer(whole.Status, whole.Broken, HttpRules.All);
        Demand.That(whole.Used >= 0 && whole.Used <= input.Length, "more was used than came");
        Demand.Covers(trace, input, whole.Status, whole.Used);

        var cutTrace = new RecordingTrace();
        ResponseReader cut = ResponseReader.Read(Cuts.Of(input), method, Limits, cutTrace);
        Demand.Same($"{whole}\n{Demand.Marks(trace)}", $"{cut}\n{Demand.Marks(cutTrace)}", "the answer depends on where the bytes are cut");

        foreach (ResponseHead head in whole.Heads) CheckRewritten(head);
        // A code out of range counts as a server's error (RFC 9110 §15), and is not in the grammar.
        bool isInRange = input.Length > 9 && input[9] is >= (byte)'2' and <= (byte)'5';
        // A client takes folded lines, which a sender must not write (RFC 9112 §5.2).
        bool isFolded = trace.Marks.Any(mark => mark.Part == WireParts.ObsoleteFold);
        bool hasContent = isInRange && !isFolded && whole.Heads is [{ Status: >= 200 and not (204 or 304) }] && method == "GET";
        if (hasContent && whole.Status == ParseStatus.Complete) CheckMeant(input[..(int)whole.Used], whole);
    }

    private static void CheckMeant(byte[] bytes, ResponseReader reader)
    {
        ReferenceMessage meant;
        try
        {
            meant = ReferenceMessage.ReadResponse(bytes);
        }
        catch (Exception wrong) when (HttpGrammar.IsRefusal(wrong))
        {
            throw new CheckFailedException($"taken, and not in the grammar: {wrong.Message}", wrong);
        }

        Demand.Same(Text(meant.Fields), Text(reader.Head.Fields.Select(field => (field.Name, field.Value))), "other fields than the grammar's");
        Demand.Same(meant.Content, reader.Body!.Content, "other content than the grammar's");
    }

    private static void CheckRewritten(ResponseHead head)
    {
        string text = Write(head);
        ResponseHead? again = new ResponseHeadParser(Encoding.Latin1.GetBytes(text)).Parse(out ProtocolRule? broken);
        Demand.That(again is not null, $"refused when written again: {broken?.Name}");
        Demand.Same(text, Write(again!), "another head when written again");
    }

    private static string Write(ResponseHead head) =>
        $"HTTP/1.{head.MinorVersion} {head.Status} {head.Reason}\r\n{string.Concat(head.Fields.Select(field => $"{field.Name}:{field.Value}\r\n"))}\r\n";

    private static string Text(IEnumerable<(string Name, string Value)> fields) => string.Join('\n', fields.Select(field => $"{field.Name}={field.Value}"));
}
