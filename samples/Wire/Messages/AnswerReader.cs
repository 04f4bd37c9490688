using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WireTool.Messages;

/// <summary>One thing that a server said: a response, or behind an upgrade a frame.</summary>
/// <param name="Method">The method of the request.</param>
/// <param name="Message">The response; null for a frame.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record Answer(string Method, HttpMessage? Message, byte[] Bytes);

/// <summary>Counts what a server says, message by message, as its bytes come in.</summary>
/// <param name="methods">The methods of the requests on the connection, in order.</param>
internal sealed class AnswerReader(IEnumerable<string> methods)
{
    private readonly Queue<string> _methods = new(methods);
    private readonly List<Answer> _complete = [];
    private byte[] _rest = [];
    private bool _isUpgraded;

    /// <summary>What is complete.</summary>
    public IReadOnlyList<Answer> Complete => _complete;

    /// <summary>What is complete, and the last that is not, if it has begun.</summary>
    public IReadOnlyList<Answer> All => _rest.Length == 0 ? _complete : [.. _complete, new Answer(Method, _isUpgraded ? null : Read(), _rest)];

    /// <summary>Bytes behind what is complete.</summary>
    public int Pending => _rest.Length;

    private string Method => _methods.TryPeek(out string? method) ? method : "GET";

    /// <summary>Takes what came.</summary>
    public void Add(ReadOnlySpan<byte> bytes)
    {
        _rest = [.. _rest, .. bytes];
        while (_rest.Length > 0 && TryTake())
        {
            // One more.
        }
    }

    private HttpMessage? Read() => HttpMessage.Read(_rest, WireDirection.FromServer, Method);

    private bool TryTake()
    {
        HttpMessage? message = _isUpgraded ? null : Read();
        int length = _isUpgraded ? FrameLength() : message is { IsComplete: true } ? message.Length : 0;
        if (length == 0) return false;

        _complete.Add(new Answer(Method, message, _rest[..length]));
        _rest = _rest[length..];
        if (message is { IsInterim: false }) _methods.TryDequeue(out _);
        _isUpgraded |= message is { Status: 101 };
        return true;
    }

    private int FrameLength()
    {
        ParseStatus status = FrameHeader.TryRead(_rest, new FrameRules(WebSocketRole.Client, AgreedBits: 7), out FrameHeader header, out _);
        return status == ParseStatus.Complete && header.PayloadLength <= _rest.Length - header.Length ? header.Length + (int)header.PayloadLength : 0;
    }
}
