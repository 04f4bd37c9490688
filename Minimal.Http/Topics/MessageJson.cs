using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Minimal.Http.Topics;

/// <summary>
/// A message as a JSON object on one line, the same on all transports: <c>{"id","type","key","data"}</c>. The data is JSON when the message
/// is, else a string, and else, when it is no UTF-8, base64 with <c>"encoding":"base64"</c>.
/// </summary>
public static class MessageJson
{
    private static readonly JsonWriterOptions Compact = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Writes the object.</summary>
    public static void Write(in TopicMessage message, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("{\"id\":\""u8);
        WriteCursor(message.Id, output);
        output.Write("\",\"type\":"u8);
        WriteString(message.Type, output);
        output.Write(",\"key\":"u8);
        WriteString(message.Key, output);
        output.Write(",\"data\":"u8);
        WriteData(message.Data.Span, output);
        output.Write("}"u8);
    }

    /// <summary>Writes a cursor, without quotes.</summary>
    public static void WriteCursor(Cursor cursor, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        cursor.TryFormat(output.GetSpan(Cursor.MaxTextLength), out int written);
        output.Advance(written);
    }

    /// <summary>Writes a gap: <c>{"from","to"}</c>.</summary>
    public static void WriteGap(TopicGap gap, IBufferWriter<byte> output)
    {
        ArgumentNullException.ThrowIfNull(output);
        output.Write("{\"from\":\""u8);
        WriteCursor(gap.From, output);
        output.Write("\",\"to\":\""u8);
        WriteCursor(gap.To, output);
        output.Write("\"}"u8);
    }

    private static void WriteString(string? text, IBufferWriter<byte> output)
    {
        if (text is null)
        {
            output.Write("null"u8);
            return;
        }

        using var writer = new Utf8JsonWriter(output, Compact);
        writer.WriteStringValue(text);
    }

    private static void WriteData(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        if (!System.Text.Unicode.Utf8.IsValid(data))
        {
            output.Write("\""u8);
            Base64.EncodeToUtf8(data, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(data.Length)), out _, out int written);
            output.Advance(written);
            output.Write("\",\"encoding\":\"base64\""u8);
            return;
        }

        if (!IsJson(data))
        {
            using var writer = new Utf8JsonWriter(output, Compact);
            writer.WriteStringValue(data);
            return;
        }

        // A line end between two tokens would end the line; within a string none can stand.
        if (data.IndexOfAny((byte)'\r', (byte)'\n') < 0) output.Write(data);
        else WriteOneLine(data, output);
    }

    private static bool IsJson(ReadOnlySpan<byte> data)
    {
        ReadOnlySpan<byte> text = data.Trim(" \t\r\n"u8);
        if (text.IsEmpty || !"{[\"-0123456789tfn"u8.Contains(text[0])) return false;
        var reader = new Utf8JsonReader(data);
        try
        {
            while (reader.Read())
            {
                // Only whether it can be read to its end matters.
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void WriteOneLine(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        bool quoted = false;
        Span<byte> room = output.GetSpan(json.Length);
        int length = 0;
        for (int i = 0; i < json.Length; i++)
        {
            byte octet = json[i];
            if (octet == '"') quoted = !quoted;
            if (octet == '\\') room[length++] = json[i++];
            if (i < json.Length && (quoted || json[i] is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))) room[length++] = json[i];
        }

        output.Advance(length);
    }
}
