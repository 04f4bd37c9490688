using System.Text.Json;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;

namespace Minimal.Gallery.Wire;

/// <summary>
/// Spans as a page takes them. What a part is, is told with the first span that has it; later ones have its number alone.
/// <code>
/// {"connection":3,"at":1767225600123,"direction":"&gt;","offset":0,"exchange":0,"part":0,"is":{"name":"method","section":"RFC 9112 §3.1","sentence":"…","sentenceZh":"…"},
///  "length":3,"bytes":"474554","text":"GET"}
/// </code>
/// Where a byte is divided there is <c>bits</c>, where a rule is broken <c>broken</c>. Of a long span there is the beginning.
/// </summary>
internal sealed class SpanJson
{
    private const int MaxBytes = 256, MaxText = 1024;

    private readonly Dictionary<WirePart, int> _parts = [];

    /// <summary>Writes one span.</summary>
    /// <param name="json">Where.</param>
    /// <param name="connection">The number of its connection.</param>
    /// <param name="at">When it passed.</param>
    /// <param name="span">The span.</param>
    public void Write(Utf8JsonWriter json, long connection, DateTimeOffset at, WireSpan span)
    {
        json.WriteStartObject();
        json.WriteNumber("connection"u8, connection);
        json.WriteNumber("at"u8, at.ToUnixTimeMilliseconds());
        json.WriteString("direction"u8, WireText.Mark(span.Direction));
        json.WriteNumber("offset"u8, span.Offset);
        json.WriteNumber("exchange"u8, span.Exchange);
        WritePart(json, span.Part);
        ReadOnlySpan<byte> bytes = span.Bytes.Span;
        json.WriteNumber("length"u8, bytes.Length);
        json.WriteString("bytes"u8, Convert.ToHexString(bytes[..Math.Min(bytes.Length, MaxBytes)]));
        json.WriteString("text"u8, span.Text is { } text ? text.AsSpan(0, Math.Min(text.Length, MaxText)) : WireText.Escape(bytes, MaxText));
        if (span.IsMasked) json.WriteBoolean("masked"u8, true);
        if (span.Bits.Count > 0) WriteBits(json, span.Bits);
        if (span.Broken is { } rule) WriteRule(json, "broken", rule);
        json.WriteEndObject();
    }

    /// <summary>Writes a rule as a property.</summary>
    public static void WriteRule(Utf8JsonWriter json, string property, ProtocolRule rule)
    {
        json.WriteStartObject(property);
        json.WriteString("name"u8, rule.Name);
        json.WriteNumber("code"u8, rule.Code);
        json.WriteString("section"u8, rule.Section);
        json.WriteString("sentence"u8, rule.Sentence);
        json.WriteEndObject();
    }

    private void WriteBits(Utf8JsonWriter json, IReadOnlyList<WireBits> bits)
    {
        json.WriteStartArray("bits"u8);
        foreach (WireBits field in bits)
        {
            json.WriteStartObject();
            WritePart(json, field.Part);
            json.WriteNumber("width"u8, field.Width);
            json.WriteNumber("value"u8, field.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private void WritePart(Utf8JsonWriter json, WirePart part)
    {
        bool isNew = _parts.TryAdd(part, _parts.Count);
        json.WriteNumber("part"u8, _parts[part]);
        if (!isNew) return;

        json.WriteStartObject("is"u8);
        json.WriteString("name"u8, part.Name);
        json.WriteString("section"u8, part.Section);
        json.WriteString("sentence"u8, part.Sentence);
        json.WriteString("sentenceZh"u8, part.SentenceZh);
        json.WriteEndObject();
    }
}
