// Bytes in, events out: HTTP/1.1 without a socket, a clock or an await. Give it a file of requests, or watch the example.
using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

byte[] bytes = args is [string file] ? File.ReadAllBytes(file) : Encoding.ASCII.GetBytes("""
    POST /orders?draft=1 HTTP/1.1
    Host: example.org
    Transfer-Encoding: chunked

    8;note=first
    Two teas
    7
    , milk.
    0
    Order-Total: 2

    PUT /orders/1 HTTP/1.1
    Host: example.org
    Content-Length: 5

    three
    """.ReplaceLineEndings("\r\n"));

var trace = new PrintingTrace();
var input = new ReadOnlySequence<byte>(bytes);
while (!input.IsEmpty)
{
    // A head is found first, and each byte is looked at once: here they come one at a time.
    var scanner = default(HeadScanner);
    var (status, received) = (ParseStatus.NeedMore, 0);
    ProtocolRule? broken = null;
    while (status == ParseStatus.NeedMore && received < input.Length) status = scanner.Scan(input.Slice(0, ++received), HttpLimits.Default, out broken);
    if (status != ParseStatus.Complete) return End(status, broken);

    // Then it is read as a whole: nothing in it can be incomplete any more.
    trace.Origin = bytes.Length - input.Length;
    status = RequestHead.Parse(input.Slice(0, received), HttpLimits.Default, out RequestHead? request, out _, out broken, trace);
    if (request is null || BodyFraming.Decide(request, out broken) is not { } framing) return End(status, broken);
    Console.WriteLine($"= head: {request.Method} {request.Path}, {request.Fields.Count} fields; body: {framing.Kind}\n");

    // A body is read piece by piece; the pieces are slices of the input.
    input = input.Slice(received);
    trace.Origin += received;
    status = framing.Kind == BodyKind.Chunked ? ReadChunks(ref input, out broken) : ReadLength(ref input, framing.Length);
    if (status != ParseStatus.Complete) return End(status, broken);
}

return 0;

ParseStatus ReadChunks(ref ReadOnlySequence<byte> input, out ProtocolRule? broken)
{
    var decoder = new ChunkedDecoder(HttpLimits.Default, trace);
    var reader = new SequenceReader<byte>(input);
    ReadOnlySequence<byte> data;
    ParseStatus status;
    do
    {
        status = decoder.Read(ref reader, out data, out broken);
        if (!data.IsEmpty) Console.WriteLine($"= data: {Encoding.UTF8.GetString(data)}");
    }
    while (status == ParseStatus.NeedMore && !data.IsEmpty);

    foreach (HttpField trailer in decoder.Trailers ?? []) Console.WriteLine($"= trailer: {trailer.Name}: {trailer.Value}");
    input = reader.UnreadSequence;
    return status;
}

ParseStatus ReadLength(ref ReadOnlySequence<byte> input, long length)
{
    if (length > input.Length) return ParseStatus.NeedMore;
    if (length > 0) trace.Mark(WireParts.Body, 0, input.Slice(0, length).ToArray());
    input = input.Slice(length);
    return ParseStatus.Complete;
}

int End(ParseStatus status, ProtocolRule? broken)
{
    Console.WriteLine(status == ParseStatus.NeedMore ? "= the input ends before the message does" : $"= refused with {broken!.Code}: {broken}");
    return 1;
}
