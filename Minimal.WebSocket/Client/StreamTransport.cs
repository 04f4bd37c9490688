using System.IO.Pipelines;
using System.Net;
using System.Net.Security;
using Minimal.Http.Transports;

namespace Minimal.WebSocket.Client;

/// <summary>A transport with TLS around it. It holds no buffer while it waits for input.</summary>
internal sealed class StreamTransport(SslStream stream, Transport inner) : Transport
{
    public override PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true, useZeroByteReads: true));

    public override PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));

    public override EndPoint? RemoteEndPoint => inner.RemoteEndPoint;

    public override EndPoint? LocalEndPoint => inner.LocalEndPoint;

    public override long BytesSent => inner.BytesSent;

    public override void Abort() => inner.Abort();

    /// <summary>Ends TLS and then TCP. A peer that is gone by now is no fault.</summary>
    public override async ValueTask DisposeAsync()
    {
        try
        {
            await stream.ShutdownAsync().ConfigureAwait(false);
        }
        catch (Exception e) when (e is IOException or InvalidOperationException)
        {
            // It has ended otherwise.
        }

        await Input.CompleteAsync().ConfigureAwait(false);
        await Output.CompleteAsync().ConfigureAwait(false);
        await stream.DisposeAsync().ConfigureAwait(false);
    }
}
