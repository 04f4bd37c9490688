using System.Buffers;
using System.Text;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket.Diagnostics;

/// <summary>Takes what a message was before it was compressed: checks it, keeps the beginning of each piece, and forgets the rest.</summary>
/// <param name="most">How many bytes of a piece are kept.</param>
internal sealed class Inflated(int most) : IBufferWriter<byte>
{
    private readonly ArrayBufferWriter<byte> _kept = new();
    private byte[] _room = [];
    private Utf8Check _check;
    private bool _isText, _isMore;

    /// <summary>The rule that the text broke; null while it breaks none.</summary>
    public ProtocolRule? Broken { get; private set; }

    public void BeginMessage(bool isText)
    {
        _check = default;
        _isText = isText;
        Broken = null;
    }

    /// <summary>The message is over.</summary>
    /// <returns>The rule that it breaks with that.</returns>
    public ProtocolRule? EndMessage() => _isText && !_check.IsComplete ? WebSocketRules.TextCut : null;

    /// <summary>What came since the last time.</summary>
    public string TakeText()
    {
        ReadOnlySpan<byte> kept = _kept.WrittenSpan;
        string text = _isText ? Encoding.UTF8.GetString(kept) : WireText.Escape(kept, 4 * kept.Length);
        string whole = _isMore ? text + "…" : text;
        _kept.ResetWrittenCount();
        _isMore = false;
        return whole;
    }

    public void Advance(int count)
    {
        ReadOnlySpan<byte> bytes = _room.AsSpan(0, count);
        if (_isText && _check.Read(bytes) == ParseStatus.Invalid) Broken ??= WebSocketRules.InvalidText;
        int kept = Math.Min(count, most - _kept.WrittenCount);
        _kept.Write(bytes[..kept]);
        _isMore |= kept < count;
    }

    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (_room.Length < Math.Max(1, sizeHint)) _room = new byte[Math.Max(4096, sizeHint)];
        return _room;
    }

    public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
}
