using System.Buffers;
using System.Text;
using Minimal.Http.Topics;
using Minimal.Testing;

namespace Minimal.Tests.Topics;

/// <summary>
/// A stream as a transport would serve it, over a socket that takes as many bytes as a test allows and loses what is under way
/// when it is cut. Everything from the cursor to the end in one send where the framed log has it, message by message where it has not.
/// </summary>
internal sealed class StreamConnection : TopicWaiter
{
    private readonly Topic _topic;
    private readonly FramedLog? _log;
    private readonly LineFraming _framing;
    private readonly TopicFault _fault;
    private readonly NoLossClient _client;
    private readonly ArrayBufferWriter<byte> _line = new();
    private readonly Queue<byte> _underWay = new();
    private ReadOnlyMemory<byte> _pending;
    private long _room;
    private bool _ended;

    public StreamConnection(Topic topic, LineFraming framing, TopicFault fault, NoLossClient client, bool registers = true)
        : base(staysRegistered: true)
    {
        _topic = topic;
        _framing = framing;
        _log = topic.Framed(framing);
        _fault = fault;
        _client = client;
        Cursor = client.Cursor;
        if (registers) topic.Register(this);
    }

    /// <summary>Sends that came straight from the framed log.</summary>
    public int SharedSends { get; private set; }

    /// <summary>Those of them that ended within a message.</summary>
    public int PartialSends { get; private set; }

    /// <summary>Lets the socket take more bytes.</summary>
    public void Allow(long bytes)
    {
        _room += bytes;
        Pump();
    }

    /// <summary>Brings bytes that are under way to the client.</summary>
    public void Deliver(int bytes)
    {
        for (; bytes > 0 && _underWay.TryDequeue(out byte next); bytes--)
        {
            if (next != (byte)'\n')
            {
                _line.Write([next]);
                continue;
            }

            Receive(Encoding.ASCII.GetString(_line.WrittenSpan));
            _line.ResetWrittenCount();
        }
    }

    /// <summary>The connection breaks, wherever it is.</summary>
    public void Close() => _topic.Unregister(this);

    protected internal override void OnNews() => Pump();

    private void Pump()
    {
        while (SendPending() && _room > 0 && !_ended)
        {
            if (!SendShared() && !ReadNext()) return;
        }
    }

    /// <summary>Sends what must leave before anything else may. Says whether nothing is left of it.</summary>
    private bool SendPending()
    {
        int sent = Send(_pending);
        _pending = _pending[sent..];
        return _pending.IsEmpty;
    }

    private bool SendShared()
    {
        if (_log?.Read(Cursor) is not { Bytes.IsEmpty: false } slice) return false;

        SharedSends++;
        FramedCut cut = _fault.Cut(slice, Send(slice.Bytes));
        if (!cut.Rest.IsEmpty) PartialSends++;
        _pending = cut.Rest.ToArray();
        Cursor = cut.At;
        return true;
    }

    private bool ReadNext()
    {
        TopicBatch batch = _fault.Read(_topic, Cursor, 3);
        if (batch.IsEmpty) return false;

        var output = new ArrayBufferWriter<byte>();
        if (batch.Gap is { } gap) output.Write(LineFraming.Gap(gap));
        foreach (TopicMessage message in batch.Messages.Span) _framing.Write(message, output);
        if (batch.IsEnd) output.Write(LineFraming.End);
        _pending = output.WrittenMemory;
        _ended = batch.IsEnd;
        Cursor = batch.Next;
        return true;
    }

    private int Send(ReadOnlyMemory<byte> bytes)
    {
        int sent = (int)Math.Min(_room, bytes.Length);
        foreach (byte next in bytes.Span[..sent]) _underWay.Enqueue(next);
        _room -= sent;
        return sent;
    }

    private void Receive(string line)
    {
        string[] words = line.Split(' ');
        switch (words[0])
        {
            case "m": _client.Message(Place(words[1]), Convert.FromHexString(words[2])); break;
            case "g": _client.Gap(Place(words[1]), Place(words[2])); break;
            case "e": _client.End(); break;
            default: throw new NoLossException($"A client got \"{line}\", which is no line.");
        }
    }

    private static Cursor Place(string text) =>
        Cursor.TryParse(text, out Cursor cursor) ? cursor : throw new NoLossException($"A client got the cursor \"{text}\".");
}
