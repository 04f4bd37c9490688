using System.Buffers;
using System.Globalization;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;

namespace Minimal.WireTool.Messages;

/// <summary>One request or response out of the bytes of a connection.</summary>
/// <param name="Method">The method of a request; empty in a response.</param>
/// <param name="Target">The target of a request; empty in a response.</param>
/// <param name="Status">The status of a response; 0 in a request.</param>
/// <param name="Fields">The field lines.</param>
/// <param name="Content">What was framed, as far as it is there.</param>
/// <param name="Length">How many bytes it takes, as far as it is there.</param>
/// <param name="IsComplete">Whether it is all there. What ends with the connection is never known to be.</param>
/// <param name="Broken">The rule that it breaks; null when it breaks none.</param>
internal sealed record HttpMessage(
    string Method, string Target, int Status, IReadOnlyList<HttpField> Fields, byte[] Content, int Length, bool IsComplete, ProtocolRule? Broken)
{
    /// <summary>Whether it answers nothing yet: a 1xx that another response follows (RFC 9110 §15.2).</summary>
    public bool IsInterim => Status is >= 100 and < 200 and not 101;

    /// <summary>The message in a few words.</summary>
    public string Name => Status == 0 ? $"{Method} {Target}" : Status.ToString(CultureInfo.InvariantCulture);

    /// <summary>Reads the message that bytes begin with.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <param name="direction">A request, or a response.</param>
    /// <param name="method">The method of the request that a response answers.</param>
    /// <returns>Null when not even its head is all there.</returns>
    public static HttpMessage? Read(ReadOnlyMemory<byte> bytes, WireDirection direction, string method)
    {
        var input = new ReadOnlySequence<byte>(bytes);
        return direction == WireDirection.FromClient ? ReadRequest(input) : ReadResponse(input, method);
    }

    private static HttpMessage? ReadRequest(in ReadOnlySequence<byte> input)
    {
        ParseStatus status = RequestHead.Parse(input, HttpLimits.Default, out RequestHead? head, out long length, out ProtocolRule? broken);
        if (status == ParseStatus.NeedMore) return null;
        if (head is null || BodyFraming.Decide(head, out broken) is not { } framing) return Wrong(input, broken);
        return new HttpMessage(head.Method, head.Target, 0, [.. head.Fields], [], (int)length, false, null).WithBody(input.Slice(length), framing);
    }

    private static HttpMessage? ReadResponse(in ReadOnlySequence<byte> input, string method)
    {
        var scanner = HeadScanner.ForResponse();
        ParseStatus status = scanner.Scan(input, HttpLimits.Default, out ProtocolRule? broken);
        if (status == ParseStatus.NeedMore) return null;
        if (status == ParseStatus.Invalid) return Wrong(input, broken);

        ResponseHead? head = new ResponseHeadParser(input.Slice(0, scanner.Length).ToArray()).Parse(out broken);
        if (head is null || BodyFraming.Decide(head, method, out broken) is not { } framing) return Wrong(input, broken);
        return new HttpMessage("", "", head.Status, [.. head.Fields], [], (int)scanner.Length, false, null).WithBody(input.Slice(scanner.Length), framing);
    }

    private static HttpMessage Wrong(in ReadOnlySequence<byte> input, ProtocolRule? broken) => new("", "", 0, [], [], (int)input.Length, false, broken);

    private HttpMessage WithBody(in ReadOnlySequence<byte> rest, BodyFraming framing) => framing.Kind switch
    {
        BodyKind.None => this with { IsComplete = true },
        BodyKind.Chunked => WithChunks(rest),
        BodyKind.Length when framing.Length <= rest.Length => WithContent(rest.Slice(0, framing.Length)) with { IsComplete = true },
        _ => WithContent(rest),
    };

    private HttpMessage WithContent(in ReadOnlySequence<byte> content) => this with { Content = content.ToArray(), Length = Length + (int)content.Length };

    private HttpMessage WithChunks(in ReadOnlySequence<byte> rest)
    {
        var content = new ArrayBufferWriter<byte>();
        var reader = new SequenceReader<byte>(rest);
        var decoder = new ChunkedDecoder(HttpLimits.Default);
        ParseStatus status;
        ReadOnlySequence<byte> data;
        ProtocolRule? broken;
        do
        {
            status = decoder.Read(ref reader, out data, out broken);
            foreach (ReadOnlyMemory<byte> segment in data) content.Write(segment.Span);
        }
        while (status == ParseStatus.NeedMore && !data.IsEmpty);

        int length = status == ParseStatus.Complete ? (int)reader.Consumed : (int)rest.Length;
        return this with { Content = content.WrittenSpan.ToArray(), Length = Length + length, IsComplete = status == ParseStatus.Complete, Broken = broken };
    }
}
