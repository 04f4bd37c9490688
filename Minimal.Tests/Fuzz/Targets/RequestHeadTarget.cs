using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Minimal.Tests.Testing;

namespace Minimal.Fuzz.Targets;

/// <summary>Head, framing and body of a request (RFC 9112 §2 to §7).</summary>
internal sealed class RequestHeadTarget : FuzzTarget
{
    // Small, so that short inputs reach them.
    private static readonly HttpLimits Limits = new()
    {
        MaxRequestLineBytes = 200, MaxMethodBytes = 16, MaxFieldBytes = 600, MaxFields = 10, MaxEmptyLines = 2, MaxBodyBytes = 300,
        MaxChunkLineBytes = 60, MaxChunkExtensionBytes = 100, MaxTrailerBytes = 100,
    };

    public override string Name => "request-head";

    public override string Invariant =>
        "one of three answers, the same at every split; each byte named once; what is taken is in the grammar, and reads the same when written again; what is in the grammar is refused by a limit only";

    public override Gen<byte[]> Inputs { get; } = Gen.OneOf(
        HttpRequestGen.Valid.Select(request => request.ToBytes()),
        HttpRequestGen.NearlyValid.Select(mutant => mutant.ToBytes()),
        HttpBytesGen.Any.Select(bytes => bytes.Value));

    public override void Check(byte[] input)
    {
        var trace = new RecordingTrace();
        RequestReader whole = RequestReader.Read([input], Limits, trace);
        Demand.Answer(whole.Status, whole.Broken, HttpRules.All);
        Demand.That(whole.Used >= 0 && whole.Used <= input.Length, "more was used than came");
        Demand.Covers(trace, input, whole.Status, whole.Used);

        var cutTrace = new RecordingTrace();
        RequestReader cut = RequestReader.Read(Cuts.Of(input), Limits, cutTrace);
        Demand.Same($"{whole}\n{Demand.Marks(trace)}", $"{cut}\n{Demand.Marks(cutTrace)}", "the answer depends on where the bytes are cut");

        if (whole.Status == ParseStatus.Complete) CheckTaken(input[..(int)whole.Used], whole);
        else if (whole.Status == ParseStatus.Invalid && !HttpGrammar.IsLimit(whole.Broken!)) CheckRefused(input, whole.Broken!);
    }

    private static void CheckTaken(byte[] bytes, RequestReader reader)
    {
        ReferenceMessage meant = Meant(bytes) ?? throw new CheckFailedException("taken, and not in the grammar");
        Demand.Same(Text(meant.Fields), Text(reader.Head!.Fields.Select(field => (field.Name, field.Value))), "other fields than the grammar's");
        Demand.Same(meant.Content, reader.Content, "other content than the grammar's");

        RequestReader again = RequestReader.Read([Rewrite(reader.Head, bytes[reader.Head.Length..])], Limits);
        Demand.That(again.Status == ParseStatus.Complete, $"refused when written again: {again.Broken?.Name}");
        Demand.Same(Describe(reader), Describe(again), "another request when written again");

        RequestReader followed = RequestReader.Read([(byte[])[.. bytes, .. "GET"u8]], Limits);
        Demand.Same($"{reader}", $"{followed}", "what follows changes the answer");
    }

    private static void CheckRefused(byte[] bytes, ProtocolRule broken) => Demand.That(Meant(bytes) is null, $"in the grammar, and refused: {broken.Name}");

    // A server that is kind passes over empty lines in front of a request (RFC 9112 §2.2); the grammar has none.
    private static ReferenceMessage? Meant(byte[] bytes)
    {
        int start = 0;
        while (bytes.AsSpan(start).StartsWith("\r\n"u8)) start += 2;
        try
        {
            return ReferenceMessage.ReadRequest(bytes[start..]);
        }
        catch (Exception wrong) when (HttpGrammar.IsRefusal(wrong))
        {
            return null;
        }
    }

    private static byte[] Rewrite(RequestHead head, byte[] body)
    {
        var text = new StringBuilder($"{head.Method} {head.Target} HTTP/1.{head.MinorVersion}\r\n");
        foreach (HttpField field in head.Fields) text.Append(field.Name).Append(':').Append(field.Value).Append("\r\n");
        return [.. Encoding.Latin1.GetBytes(text.Append("\r\n").ToString()), .. body];
    }

    private static string Describe(RequestReader reader)
    {
        RequestHead head = reader.Head!;
        string fields = Text(head.Fields.Select(field => (field.Name, field.Value)));
        return $"{head.Method} {head.Form} {head.Target} {head.Authority} {head.Path} {head.Query} {head.MinorVersion}\n{fields}\n{string.Join('\n', reader.Describe())}";
    }

    private static string Text(IEnumerable<(string Name, string Value)> fields) => string.Join('\n', fields.Select(field => $"{field.Name}={field.Value}"));
}
