using System.Buffers;
using System.IO.Pipelines;
using Minimal.Http.Transports;
using Minimal.Tests.Topics;

namespace Minimal.Tests.Properties;

/// <summary>
/// A client that sends the bytes of a schedule and collects what comes back. It never waits: each step does what can be done now. Who is
/// to be asked for a body sends it when it was asked, and nothing more when it got its answer instead.
/// </summary>
internal sealed class ScheduledClient(Transport transport, Schedule schedule)
{
    private readonly Queue<ReadOnlyMemory<byte>> _segments = new();
    private readonly List<int> _interims = [.. schedule.Requests.Select(_ => 0)];
    private Task _sending = Task.CompletedTask;
    private WireResponse? _current;
    private int _next, _asking = -1;
    private bool _isFinished;

    public List<WireResponse> Responses { get; } = [];

    /// <summary>How many interim responses came before each final one.</summary>
    public IReadOnlyList<int> Interims => _interims;

    public bool IsEnded { get; private set; }

    public bool IsLost { get; private set; }

    /// <summary>Sends the next segment, if the one before was taken; at the end, FIN.</summary>
    public void Send()
    {
        if (_isFinished || !_sending.IsCompleted) return;
        if (_segments.Count == 0) Continue();
        if (_segments.TryDequeue(out ReadOnlyMemory<byte> segment))
        {
            _sending = SendAsync(segment);
            return;
        }

        if (_asking >= 0) return;
        _isFinished = true;
        transport.Output.Complete();
    }

    /// <summary>Takes what has come.</summary>
    public void Read()
    {
        try
        {
            while (!IsEnded && transport.Input.TryRead(out ReadResult read))
            {
                foreach (byte next in read.Buffer.ToArray()) Take(next);
                transport.Input.AdvanceTo(read.Buffer.End);
                IsEnded = read.IsCompleted;
            }
        }
        catch (IOException)
        {
            IsLost = IsEnded = true;
        }
    }

    /// <summary>Everything that can be sent now without being asked, cut into segments.</summary>
    private void Continue()
    {
        var run = new ArrayBufferWriter<byte>();
        if (_asking >= 0)
        {
            bool isAnswered = Responses.Count > _asking;
            if (!isAnswered && _interims[_asking] == 0) return;
            if (!isAnswered) run.Write(schedule.Requests[_asking].BodyOnWire(_asking));
            else _next = schedule.Requests.Count;
            _asking = -1;
        }

        while (_next < schedule.Requests.Count && _asking < 0)
        {
            ScheduledRequest request = schedule.Requests[_next];
            run.Write(request.HeadOnWire(_next));
            if (request.Expects) _asking = _next;
            else run.Write(request.BodyOnWire(_next));

            // Who says close sends nothing behind it (RFC 9112 §9.6).
            _next = request.Closes ? schedule.Requests.Count : _next + 1;
        }

        if (run.WrittenCount == 0) return;
        foreach (ReadOnlyMemory<byte> segment in schedule.Cuts.Cut(run.WrittenMemory.ToArray()).Segments) _segments.Enqueue(segment);
    }

    private async Task SendAsync(ReadOnlyMemory<byte> segment)
    {
        try
        {
            await transport.Output.WriteAsync(segment);
        }
        catch (IOException)
        {
            _segments.Clear();
            _isFinished = true;
        }
    }

    private void Take(byte next)
    {
        int number = Responses.Count;
        if (number == schedule.Requests.Count) throw new InvalidDataException("There are more answers than requests.");
        _current ??= new WireResponse(schedule.Requests[number].Method == "HEAD");
        _current.Take(next);
        if (!_current.IsComplete) return;
        if (_current.Status < 200) _interims[number]++;
        else Responses.Add(_current);
        _current = null;
    }
}
