using System.Buffers;
using System.Text;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.Tests.Http;

/// <summary>Reads one request: scanner, parser, framing, body.</summary>
internal sealed class RequestReader(HttpLimits limits, WireTrace? trace = null) : MessageReader
{
    private HeadScanner _scanner;

    /// <summary>The head, once it is read.</summary>
    public RequestHead? Head { get; private set; }

    /// <summary>The body, once it has begun.</summary>
    public BodyReader? Body { get; private set; }

    /// <summary>The content so far.</summary>
    public byte[] Content => Body?.Content ?? [];

    /// <inheritdoc />
    public override long Used => Body is null ? 0 : _scanner.Length + Body.Used;

    /// <summary>Reads a request out of segments as they arrive.</summary>
    public static RequestReader Read(IReadOnlyList<ReadOnlyMemory<byte>> segments, HttpLimits? limits = null, WireTrace? trace = null) =>
        Feed(new RequestReader(limits ?? HttpLimits.Default, trace), segments);

    /// <summary>Reads a request, one Latin-1 character for each byte, and demands the same answer at every split.</summary>
    public static RequestReader Read(string request, HttpLimits? limits = null) =>
        FeedAtAllSplits(() => new RequestReader(limits ?? HttpLimits.Default), request);

    /// <summary>Reads all requests that stand one behind the other, to the last byte or to a request that is not complete.</summary>
    public static IReadOnlyList<RequestReader> ReadAll(string requests)
    {
        ReadOnlyMemory<byte> rest = Encoding.Latin1.GetBytes(requests);
        var readers = new List<RequestReader>();
        while (!rest.IsEmpty)
        {
            RequestReader reader = Read([rest]);
            readers.Add(reader);
            if (reader.Status != ParseStatus.Complete) break;
            rest = rest[(int)reader.Used..];
        }

        return readers;
    }

    /// <inheritdoc />
    public override ParseStatus Read(in ReadOnlySequence<byte> buffer)
    {
        if (Body is null && !TryReadHead(buffer)) return Status;
        Status = Body!.Read(buffer.Slice(_scanner.Length));
        Broken = Body.Broken;
        return Status;
    }

    /// <inheritdoc />
    public override IEnumerable<string> Describe() => Body?.Describe() ?? [];

    private bool TryReadHead(in ReadOnlySequence<byte> buffer)
    {
        Status = _scanner.Scan(buffer, limits, out ProtocolRule? broken);
        Broken = broken;
        if (Status != ParseStatus.Complete) return false;

        Head = new RequestHead();
        Head.Load(buffer.Slice(0, _scanner.Length), (int)_scanner.Start);
        bool isRead = new RequestHeadParser(Head, trace).TryParse(out broken);
        BodyFraming? framing = isRead ? BodyFraming.Decide(Head, out broken) : null;
        if (broken is not null) Refuse(broken);
        if (framing is { } decided) Body = new BodyReader(decided, limits, trace is null ? null : new ShiftedTrace(trace, _scanner.Length));
        return Body is not null;
    }
}
