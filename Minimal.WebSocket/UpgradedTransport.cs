using System.IO.Pipelines;
using System.Net;
using Minimal.Http;
using Minimal.Http.Transports;

namespace Minimal.WebSocket;

/// <summary>A connection that HTTP has handed over, as a transport. HTTP ends it when the handler has ended.</summary>
internal sealed class UpgradedTransport(UpgradedConnection wire) : Transport
{
    public override PipeReader Input => wire.Input;

    public override PipeWriter Output => wire.Output;

    public override EndPoint? RemoteEndPoint => wire.RemoteEndPoint;

    public override long BytesSent => wire.BytesSent;

    public override void Abort() => wire.Abort();

    public override int TrySend(ReadOnlySpan<byte> bytes) => wire.TrySend(bytes);

    public override ValueTask DisposeAsync() => default;
}
