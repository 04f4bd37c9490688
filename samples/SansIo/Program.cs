// Bytes in, names out: HTTP/1.1 without a socket, a clock or an await. Give it a file of requests, or watch the example.
using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

byte[] bytes = args is [string file] ? File.ReadAllBytes(file) : Encoding.ASCII.GetBytes(
    "POST /orders?draft=1 HTTP/1.1\r\nHost: example.org\r\nTransfer-Encoding: chunked\r\n\r\n8;note=first\r\nTwo teas\r\n7\r\n, milk.\r\n0\r\nTotal: 2\r\n\r\n"
    + "PUT /orders/1 HTTP/1.1\r\nHost: example.org\r\nContent-Length: 5\r\n\r\nthree");

var trace = new PrintingTrace();
for (var input = new ReadOnlySequence<byte>(bytes); !input.IsEmpty;)
{
    // A head: there is an answer when it is complete, or when it breaks a rule. Until then it is asked again with more.
    trace.Origin = bytes.Length - input.Length;
    ParseStatus status = RequestHead.Parse(input, HttpLimits.Default, out RequestHead? request, out long length, out ProtocolRule? broken, trace);
    if (request is null || BodyFraming.Decide(request, out broken) is not { } framing) return End(broken);
    Console.WriteLine($"= {request.Method} {request.Path}, body: {framing.Kind}\n");

    // Its body: pieces of it are slices of the input, and nothing is copied.
    trace.Origin += length;
    var reader = new SequenceReader<byte>(input.Slice(length));
    var chunks = new ChunkedDecoder(HttpLimits.Default, trace);
    ReadOnlySequence<byte> data = default;
    if (framing.Kind == BodyKind.Length)
    {
        if (framing.Length > reader.Remaining) return End(null);
        reader.TryReadExact((int)framing.Length, out data);
        trace.Mark(WireParts.Body, 0, data.ToArray());
    }
    else if (framing.Kind == BodyKind.Chunked)
    {
        do status = chunks.Read(ref reader, out data, out broken);
        while (status == ParseStatus.NeedMore && !data.IsEmpty);
        if (status != ParseStatus.Complete) return End(broken);
    }

    // What is left begins with the next head.
    input = reader.UnreadSequence;
    Console.WriteLine();
}

return 0;

static int End(ProtocolRule? broken)
{
    Console.WriteLine(broken is null ? "= the input ends before the message does" : $"= refused with {broken.Code}: {broken}");
    return 1;
}
