using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Unicode;

namespace Minimal.Http.Topics;

/// <summary>
/// A message as a JSON object on one line, the same on all transports: <c>{"id","type","key","data"}</c>. The data is JSON when the message
/// is, else a string, and else, when it is no UTF-8, base64 with <c>"encoding":"base64"</c>.
/// </summary>
public static class MessageJson
{
    // The longest that one character becomes: a surrogate pair, twice \uXXXX.
    private const int LongestEscape = 12;

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

    /// <summary>Writes a string in quotes, or <c>null</c>.</summary>
    internal static void WriteString(string? text, IBufferWriter<byte> output)
    {
        if (text is null)
        {
            output.Write("null"u8);
            return;
        }

        // What is half a character becomes U+FFFD.
        WriteString(Encoding.UTF8.GetBytes(text), output);
    }

    private static void WriteString(ReadOnlySpan<byte> utf8, IBufferWriter<byte> output)
    {
        output.Write("\""u8);
        while (!utf8.IsEmpty)
        {
            Span<byte> room = output.GetSpan(Math.Clamp(utf8.Length, LongestEscape, 4096));
            JavaScriptEncoder.UnsafeRelaxedJsonEscaping.EncodeUtf8(utf8, room, out int consumed, out int written);
            output.Advance(written);
            utf8 = utf8[consumed..];
        }

        output.Write("\""u8);
    }

    private static void WriteData(ReadOnlySpan<byte> data, IBufferWriter<byte> output)
    {
        if (!Utf8.IsValid(data))
        {
            output.Write("\""u8);
            Base64.EncodeToUtf8(data, output.GetSpan(Base64.GetMaxEncodedToUtf8Length(data.Length)), out _, out int written);
            output.Advance(written);
            output.Write("\",\"encoding\":\"base64\""u8);
            return;
        }

        if (JsonText.IsJson(data)) JsonText.WriteOneLine(data, output);
        else WriteString(data, output);
    }
}
