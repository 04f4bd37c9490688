using System.Buffers;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.Tests.Http;

/// <summary>Reads the response to a request, as a client does: interim ones are passed over, until one is final (RFC 9110 §15.2).</summary>
internal sealed class ResponseReader(string method, HttpLimits limits, WireTrace? trace = null) : MessageReader
{
    private HeadScanner _scanner = HeadScanner.ForResponse();
    private long _heads;

    /// <summary>The heads in their order; the last one is final once there is a body.</summary>
    public List<ResponseHead> Heads { get; } = [];

    /// <summary>The body, once it has begun.</summary>
    public BodyReader? Body { get; private set; }

    /// <summary>The head that came last.</summary>
    public ResponseHead Head => Heads[^1];

    /// <inheritdoc />
    public override long Used => _heads + (Body?.Used ?? 0);

    /// <summary>Reads a response out of segments as they arrive.</summary>
    public static ResponseReader Read(
        IReadOnlyList<ReadOnlyMemory<byte>> segments, string method = "GET", HttpLimits? limits = null, WireTrace? trace = null) =>
        Feed(new ResponseReader(method, limits ?? HttpLimits.Default, trace), segments);

    /// <summary>Reads a response, one Latin-1 character for each byte, and demands the same answer at every split.</summary>
    public static ResponseReader Read(string response, string method = "GET") =>
        FeedAtAllSplits(() => new ResponseReader(method, HttpLimits.Default), response);

    /// <inheritdoc />
    public override ParseStatus Read(in ReadOnlySequence<byte> buffer)
    {
        while (Body is null)
        {
            if (!TryReadHead(buffer.Slice(_heads))) return Status;
        }

        Status = Body.Read(buffer.Slice(_heads));
        Broken = Body.Broken;
        return Status;
    }

    /// <inheritdoc />
    public override IEnumerable<string> Describe() =>
        [.. Heads.Select(head => Line("status", $"{head.Status} {head.Reason}")), .. Body?.Describe() ?? []];

    private bool TryReadHead(in ReadOnlySequence<byte> buffer)
    {
        Status = _scanner.Scan(buffer, limits, out ProtocolRule? broken);
        Broken = broken;
        if (Status != ParseStatus.Complete) return false;

        var parser = new ResponseHeadParser(buffer.Slice(0, _scanner.Length).ToArray(), Shifted(_heads));
        if (parser.Parse(out broken) is not { } head)
        {
            Refuse(broken);
            return false;
        }

        Heads.Add(head);
        _heads += _scanner.Length;
        _scanner = HeadScanner.ForResponse();
        bool isInterim = head.Status is < 200 and not 101;
        return isInterim || TryBeginBody(head);
    }

    private bool TryBeginBody(ResponseHead head)
    {
        BodyFraming? framing = BodyFraming.Decide(head, method, out ProtocolRule? broken);
        if (framing is { } decided) Body = new BodyReader(decided, limits, Shifted(_heads));
        else Refuse(broken);
        return Body is not null;
    }

    private ShiftedTrace? Shifted(long by) => trace is null ? null : new ShiftedTrace(trace, by);
}
