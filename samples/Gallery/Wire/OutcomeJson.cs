using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;

namespace Minimal.Gallery.Wire;

/// <summary>
/// What became of some bytes, as the page takes it.
/// <code>
/// {"status":400,"rule":{"name":"…",…},"spans":[…],
///  "lens":{"verdict":["…","…"],"smuggles":true,"rows":[{"readings":[["strict","严格"]],"requests":[{"line":"POST /","start":0,"end":70,"content":4,"complete":true}],"end":"Refused","at":70,"rule":"…"}]}}
/// </code>
/// </summary>
internal static class OutcomeJson
{
    /// <summary>Writes it.</summary>
    /// <param name="spans">Both directions.</param>
    /// <param name="lens">How lenient servers would have read what was sent; null where that are no requests.</param>
    public static byte[] Write(IReadOnlyList<WireSpan> spans, LensTable? lens)
    {
        var output = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            if (spans.FirstOrDefault(span => span.Part == WireParts.Status) is { } status) json.WriteNumber("status"u8, int.Parse(status.Bytes.Span, CultureInfo.InvariantCulture));
            if (spans.FirstOrDefault(span => span.Broken is not null) is { Broken: { } rule }) SpanJson.WriteRule(json, "rule", rule);
            var writer = new SpanJson();
            json.WriteStartArray("spans"u8);
            foreach (WireSpan span in spans) writer.Write(json, 0, DateTimeOffset.UnixEpoch, span);
            json.WriteEndArray();
            if (lens is not null) WriteLens(json, lens);
            json.WriteEndObject();
        }

        return output.WrittenSpan.ToArray();
    }

    private static void WriteLens(Utf8JsonWriter json, LensTable lens)
    {
        json.WriteStartObject("lens"u8);
        WriteText(json, "verdict", lens.Verdict);
        json.WriteBoolean("smuggles"u8, lens.Smuggling is not null);
        json.WriteStartArray("rows"u8);
        foreach (LensRow[] alike in Group(lens.Rows)) WriteRow(json, alike);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    /// <summary>Rows that cut alike, together.</summary>
    private static IEnumerable<LensRow[]> Group(IReadOnlyList<LensRow> rows) => rows
        .Where((row, i) => !rows.Take(i).Any(row.CutsAs))
        .Select(first => rows.Where(row => row.CutsAs(first)).ToArray());

    private static void WriteRow(Utf8JsonWriter json, LensRow[] alike)
    {
        LensRow row = alike[0];
        json.WriteStartObject();
        json.WriteStartArray("readings"u8);
        foreach (LensRow each in alike) WriteText(json, null, each.Reading.Title);
        json.WriteEndArray();
        json.WriteStartArray("requests"u8);
        foreach (LensRequest request in row.Requests)
        {
            json.WriteStartObject();
            json.WriteString("line"u8, $"{request.Method} {request.Target}");
            json.WriteNumber("start"u8, request.Start);
            json.WriteNumber("end"u8, request.End);
            json.WriteNumber("content"u8, request.Content);
            json.WriteBoolean("complete"u8, request.IsComplete);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("end"u8, $"{row.End}");
        json.WriteNumber("at"u8, row.EndOffset);
        if (row.Broken is { } rule) json.WriteString("rule"u8, rule.Name);
        json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string? property, LensText text)
    {
        if (property is not null) json.WritePropertyName(property);
        json.WriteStartArray();
        json.WriteStringValue(text.English);
        json.WriteStringValue(text.Chinese);
        json.WriteEndArray();
    }
}
