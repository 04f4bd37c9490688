using System.IO.Pipelines;
using System.Net;
using Minimal.Http.Transports;

namespace Minimal.Http.Diagnostics.Inspecting;

/// <summary>A transport that shows what passes to a <see cref="WireConnection"/>, and is otherwise the one that it wraps.</summary>
internal sealed class InspectedTransport(Transport inner, WireConnection watched) : Transport
{
    public WireConnection Watched { get; } = watched;

    public override PipeReader Input { get; } = new InspectedReader(inner.Input, watched);

    public override PipeWriter Output { get; } = new InspectedWriter(inner.Output, watched);

    public override EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public override EndPoint? LocalEndPoint => inner.LocalEndPoint;

    public override long BytesSent => inner.BytesSent;

    public override void Abort() => inner.Abort();

    public override int TrySend(ReadOnlySpan<byte> bytes)
    {
        int taken = inner.TrySend(bytes);
        if (taken > 0) Watched.Read(WireDirection.FromServer, bytes[..taken]);
        return taken;
    }

    public override void TryFlush() => inner.TryFlush();

    public override ValueTask DisposeAsync() => inner.DisposeAsync();
}
