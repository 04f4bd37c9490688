using System.IO.Pipelines;
using System.Net;
using Minimal.Http.Transports;

namespace Minimal.Tests.Http;

/// <summary>
/// A transport that notes in which order its user flushes and waits: <c>flush 123</c>, <c>read</c>. It is one that is not the project's own,
/// so it shows too what a connection demands of those.
/// </summary>
internal sealed class SpyTransport : Transport
{
    private readonly Transport _inner;
    private readonly SpyReader _reader;
    private readonly SpyWriter _writer;
    private readonly List<string> _log = [];

    public SpyTransport(Transport inner)
    {
        _inner = inner;
        _reader = new SpyReader(this, inner.Input);
        _writer = new SpyWriter(this, inner.Output);
    }

    /// <summary>What happened, in order.</summary>
    public IReadOnlyList<string> Log
    {
        get
        {
            lock (_log) return [.. _log];
        }
    }

    public int Flushes => Log.Count(line => line.StartsWith("flush", StringComparison.Ordinal));

    public bool IsAborted { get; private set; }

    public bool IsDisposed { get; private set; }

    public override PipeReader Input => _reader;

    public override PipeWriter Output => _writer;

    public override EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    public override EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    public override long BytesSent => _inner.BytesSent;

    /// <summary>What <see cref="TryFlush"/> throws; nothing by default.</summary>
    public Exception? TryFlushFails { get; set; }

    /// <summary>What disposing throws; nothing by default.</summary>
    public Exception? DisposeFails { get; set; }

    public override void Abort()
    {
        IsAborted = true;
        _inner.Abort();
    }

    public override int TrySend(ReadOnlySpan<byte> bytes) => _inner.TrySend(bytes);

    public override void TryFlush()
    {
        Note($"try {_inner.Output.UnflushedBytes}");
        if (TryFlushFails is not null) throw TryFlushFails;
        _inner.TryFlush();
    }

    public override async ValueTask DisposeAsync()
    {
        IsDisposed = true;
        await _inner.DisposeAsync();
        if (DisposeFails is not null) throw DisposeFails;
    }

    private void Note(string line)
    {
        lock (_log) _log.Add(line);
    }

    private sealed class SpyReader(SpyTransport spy, PipeReader inner) : PipeReader
    {
        public override bool TryRead(out ReadResult result) => inner.TryRead(out result);

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default)
        {
            spy.Note("read");
            return inner.ReadAsync(cancellationToken);
        }

        public override void AdvanceTo(SequencePosition consumed) => inner.AdvanceTo(consumed);

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => inner.AdvanceTo(consumed, examined);

        public override void CancelPendingRead() => inner.CancelPendingRead();

        public override void Complete(Exception? exception = null) => inner.Complete(exception);
    }

    private sealed class SpyWriter(SpyTransport spy, PipeWriter inner) : PipeWriter
    {
        public override bool CanGetUnflushedBytes => true;

        public override long UnflushedBytes => inner.UnflushedBytes;

        public override Memory<byte> GetMemory(int sizeHint = 0) => inner.GetMemory(sizeHint);

        public override Span<byte> GetSpan(int sizeHint = 0) => inner.GetSpan(sizeHint);

        public override void Advance(int bytes) => inner.Advance(bytes);

        public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
        {
            spy.Note($"flush {inner.UnflushedBytes}");
            return inner.FlushAsync(cancellationToken);
        }

        public override ValueTask<FlushResult> WriteAsync(ReadOnlyMemory<byte> source, CancellationToken cancellationToken = default)
        {
            spy.Note($"flush {source.Length}");
            return inner.WriteAsync(source, cancellationToken);
        }

        public override void CancelPendingFlush() => inner.CancelPendingFlush();

        public override void Complete(Exception? exception = null)
        {
            spy.Note("FIN");
            inner.Complete(exception);
        }
    }
}
