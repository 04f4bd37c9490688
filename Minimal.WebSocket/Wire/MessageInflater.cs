using System.Buffers;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire.Deflate;

namespace Minimal.WebSocket.Wire;

/// <summary>
/// Decompresses the messages of one direction (RFC 7692 §7.2.2). The payloads of a message's frames come in pieces of any size;
/// what they stand for is handed on at once, so bad text can be refused before its message is complete. Holds the window between
/// messages unless the sender promised to begin each with an empty one. Not thread-safe.
/// </summary>
public sealed class MessageInflater : IDisposable
{
    private readonly Inflater _inflater;
    private readonly InflateWindow _window;
    private readonly bool _noContextTakeover;
    private bool _inMessage;
    private ProtocolRule? _broken;

    /// <summary>For the messages of a sender with these parameters.</summary>
    /// <param name="noContextTakeover">Whether the agreement says that the sender begins each message with an empty window.</param>
    /// <param name="maxWindowBits">The sender's window by the agreement, 8 to 15; 15 where it says nothing.</param>
    /// <param name="limits">How large a message may become, and how fast it may grow.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such window.</exception>
    public MessageInflater(bool noContextTakeover, int maxWindowBits, WebSocketLimits limits)
    {
        ArgumentNullException.ThrowIfNull(limits);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxWindowBits, 8);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(maxWindowBits, DeflateParameters.DefaultWindowBits);
        _noContextTakeover = noContextTakeover;
        _window = new InflateWindow(1 << maxWindowBits, isKept: !noContextTakeover);
        _inflater = new Inflater(_window, limits);
    }

    /// <summary>How many bytes of memory the window takes at this moment.</summary>
    public int WindowBytes => _window.AllocatedBytes;

    /// <summary>The decompressor of what the peer of <paramref name="reader"/> sends.</summary>
    public static MessageInflater For(DeflateParameters agreed, WebSocketRole reader, WebSocketLimits limits)
    {
        ArgumentNullException.ThrowIfNull(agreed);
        return reader == WebSocketRole.Server
            ? new MessageInflater(agreed.ClientNoContextTakeover, agreed.ClientMaxWindowBits ?? DeflateParameters.DefaultWindowBits, limits)
            : new MessageInflater(agreed.ServerNoContextTakeover, agreed.ServerMaxWindowBits ?? DeflateParameters.DefaultWindowBits, limits);
    }

    /// <summary>Reads the next piece of a compressed message. The one behind the last piece of a message begins the next message.</summary>
    /// <param name="compressed">Payload, unmasked.</param>
    /// <param name="isLast">Whether the message ends with it.</param>
    /// <param name="output">Gets what it stands for; when invalid, what came before. If it is text, judge it first: its fault came earlier.</param>
    /// <param name="broken">The rule, when invalid; the memory is given back by then.</param>
    /// <returns>Complete at the end of a message, NeedMore inside one, Invalid from the first broken rule on for good.</returns>
    public ParseStatus Read(ReadOnlySpan<byte> compressed, bool isLast, IBufferWriter<byte> output, out ProtocolRule? broken)
    {
        ArgumentNullException.ThrowIfNull(output);
        if (!_inMessage) _inflater.BeginMessage();
        _inMessage = true;

        _broken ??= _inflater.Read(compressed, output);
        if (isLast && !_inflater.IsAtMessageEnd) _broken ??= WebSocketRules.DeflateCut;
        broken = _broken;
        if (broken is not null) return Fail();
        return isLast ? EndMessage() : ParseStatus.NeedMore;
    }

    /// <summary>Gives the memory back.</summary>
    public void Dispose() => _window.Clear();

    private ParseStatus Fail()
    {
        _window.Clear();
        return ParseStatus.Invalid;
    }

    private ParseStatus EndMessage()
    {
        _inMessage = false;
        if (_noContextTakeover) _window.Clear();
        return ParseStatus.Complete;
    }
}
