using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Minimal.Http.Transports;

namespace Minimal.Tests.Topics;

/// <summary>A client at the bytes: it sends what a test says and reads responses as they come. Not thread-safe.</summary>
internal sealed class WireClient(Transport transport) : IAsyncDisposable
{
    private readonly Queue<WireResponse> _expected = new();
    private readonly List<byte> _raw = [];

    /// <summary>The response that is being read, or that comes next.</summary>
    public WireResponse Current => _expected.Peek();

    /// <summary>Everything that came, as it came.</summary>
    public string Raw => Encoding.UTF8.GetString([.. _raw]);

    /// <summary>Bytes that were sent and not read.</summary>
    public long Waiting
    {
        get
        {
            if (!transport.Input.TryRead(out ReadResult read)) return 0;
            transport.Input.AdvanceTo(read.Buffer.Start);
            return read.Buffer.Length;
        }
    }

    /// <summary>Whether the server has ended its side, or the connection was lost.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether the connection was lost.</summary>
    public bool IsLost { get; private set; }

    /// <summary>Sends a request.</summary>
    public void Send(string request)
    {
        _expected.Enqueue(new WireResponse(request.StartsWith("HEAD ", StringComparison.Ordinal)));
        SendRaw(request);
    }

    /// <summary>Sends bytes that begin no request.</summary>
    public void SendRaw(string bytes)
    {
        try
        {
            transport.Output.Write(Encoding.Latin1.GetBytes(bytes));
            ValueTask<FlushResult> flush = transport.Output.FlushAsync();
            if (flush.IsCompleted) flush.GetAwaiter().GetResult();
        }
        catch (IOException)
        {
            IsLost = IsEnded = true;
        }
    }

    /// <summary>Asks with GET, over HTTP/1.1.</summary>
    public void Get(string target, params string[] fields) =>
        Send($"GET {target} HTTP/1.1\r\nHost: a\r\n{string.Concat(fields.Select(field => $"{field}\r\n"))}\r\n");

    /// <summary>The next response if it is whole by now; else null.</summary>
    public WireResponse? Read()
    {
        Pump();
        return _expected.TryPeek(out WireResponse? response) && response.IsComplete ? _expected.Dequeue() : null;
    }

    /// <summary>Takes what has come.</summary>
    public WireClient Pump()
    {
        try
        {
            while (!IsEnded && transport.Input.TryRead(out ReadResult read)) Take(read);
        }
        catch (IOException)
        {
            OnEnd(isLost: true);
        }

        return this;
    }

    /// <summary>Waits for the next response to be whole.</summary>
    public async Task<WireResponse> ReadAsync()
    {
        await PumpUntilAsync(() => _expected.Peek().IsComplete);
        return _expected.Dequeue();
    }

    /// <summary>Waits until what has come is enough.</summary>
    public async Task PumpUntilAsync(Func<bool> isEnough)
    {
        while (!isEnough())
        {
            if (IsEnded) throw new InvalidDataException($"The connection ended too early. It brought: {Raw}");
            try
            {
                Take(await transport.Input.ReadAsync());
            }
            catch (IOException)
            {
                OnEnd(isLost: true);
            }
        }
    }

    /// <summary>Ends this side.</summary>
    public void HalfClose() => transport.Output.Complete();

    /// <summary>Resets the connection.</summary>
    public void Reset() => transport.Abort();

    public async ValueTask DisposeAsync()
    {
        try
        {
            await transport.DisposeAsync();
        }
        catch (IOException)
        {
            IsLost = true;
        }
    }

    private void Take(ReadResult read)
    {
        foreach (ReadOnlyMemory<byte> piece in read.Buffer)
        {
            foreach (byte next in piece.Span) Take(next);
        }

        transport.Input.AdvanceTo(read.Buffer.End);
        if (read.IsCompleted) OnEnd(isLost: false);
    }

    // Responses come in the order of requests; a whole one stays until a test has read it.
    private void Take(byte next)
    {
        _raw.Add(next);
        WireResponse response = _expected.FirstOrDefault(expected => !expected.IsComplete) ?? throw new InvalidDataException($"Nobody asked for this: {Raw}");
        response.Take(next);
    }

    private void OnEnd(bool isLost)
    {
        IsEnded = true;
        IsLost = isLost;
        foreach (WireResponse response in _expected) response.TakeEnd();
    }
}
