using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>
/// Makes the spans of one direction, one behind the other: no byte can be left out or named twice. What is long is cut into pieces, at
/// places that only depend on where it begins.
/// </summary>
internal sealed class SpanWriter(WireDirection direction, Action<WireSpan> onSpan, WireReaderOptions options)
{
    private readonly SecretMask? _mask = options.MaskedFields.Count > 0 ? new SecretMask(options.MaskedFields) : null;
    private readonly ByteQueue _piece = new();
    private WirePart? _piecePart;
    private ProtocolRule? _pieceBroken;
    private bool _inHead;
    private long _offset;

    /// <summary>The number of the exchange that the next spans belong to.</summary>
    public int Exchange { get; set; }

    private int Most => Math.Max(1, options.MaxSpanBytes);

    /// <summary>From here on lines are fields, of which some may be secrets.</summary>
    public void BeginHead()
    {
        _mask?.Restart();
        _inHead = true;
    }

    /// <summary>From here on nobody knows what bytes are; they may be the lines of a head.</summary>
    public void BeginUnread()
    {
        if (!_inHead) BeginHead();
    }

    /// <summary>From here on bytes are content.</summary>
    public void EndHead() => _inHead = false;

    /// <summary>Names bytes that are whole; what was collected before goes out first.</summary>
    public void Add(
        WirePart part, ReadOnlySpan<byte> bytes, string? text = null, IReadOnlyList<WireBits>? bits = null, ProtocolRule? broken = null)
    {
        Flush();
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(bytes.Length, Most);
            Write(part, bytes[..length], text, bits, broken);
            (text, bits, broken) = (null, null, null);
            bytes = bytes[length..];
        }
    }

    /// <summary>Names bytes that may go on.</summary>
    public void Append(WirePart part, ReadOnlySpan<byte> bytes, ProtocolRule? broken = null)
    {
        if (_piecePart != part || broken is not null) Flush();
        (_piecePart, _pieceBroken) = (part, broken ?? _pieceBroken);
        while (!bytes.IsEmpty)
        {
            int length = Math.Min(bytes.Length, Most - _piece.Count);
            _piece.Append(bytes[..length]);
            bytes = bytes[length..];
            if (_piece.Count == Most) Flush();
        }
    }

    /// <summary>Sends out what was collected: it does not go on.</summary>
    public void Flush()
    {
        if (_piece.Count == 0) return;
        Write(_piecePart!, _piece.Span, null, null, _pieceBroken);
        _piece.Skip(_piece.Count);
        _pieceBroken = null;
    }

    private void Write(WirePart part, ReadOnlySpan<byte> bytes, string? text, IReadOnlyList<WireBits>? bits, ProtocolRule? broken)
    {
        byte[] copy = bytes.ToArray();
        bool isMasked = _inHead && _mask is not null && _mask.Apply(copy);
        var span = new WireSpan(direction, _offset, part, copy) { Text = text, Broken = broken, Bits = bits ?? [], Exchange = Exchange, IsMasked = isMasked };
        _offset = span.End;
        onSpan(span);
    }
}
