using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// A stream for a hidden iframe: a page that never ends, in which each record is a script that calls a function of the page around it, with
/// one object as NDJSON has it. <c>?callback=</c> names the function.
/// </summary>
public sealed class ForeverFrame : TopicStreamTransport
{
    // More than browsers hold back: they begin to show a page after 1024 bytes, and sniff up to 1445.
    private const int PreludeBytes = 2048;

    // E2 is the first byte of U+2028 and U+2029, which end a line in a script.
    private static readonly SearchValues<byte> Suspicious = SearchValues.Create([(byte)'<', (byte)'>', (byte)'&', 0xE2]);

    /// <inheritdoc />
    public override string Name => "frame";

    /// <inheritdoc />
    protected override async ValueTask<TopicStreamFormat?> ChooseFormatAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        string callback = QueryText.First(exchange.Request, "callback"u8) ?? "onRecord";
        if (IsName(callback)) return new Format(callback);
        await TopicEndpoint.RefuseAsync(exchange, TopicRules.CallbackUnreadable);
        return null;
    }

    // name = part *( "." part ), at most 64 characters; part = ( ALPHA / "_" / "$" ) *( ALPHA / DIGIT / "_" / "$" )
    private static bool IsName(string text)
    {
        if (text.Length > 64) return false;
        foreach (string part in text.Split('.'))
        {
            if (part.Length == 0 || char.IsAsciiDigit(part[0])) return false;
            if (!part.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '$')) return false;
        }

        return true;
    }

    /// <summary>
    /// Writes JSON so that it cannot leave a script: what HTML or a script could read in it is escaped. Those characters stand in strings only, so it
    /// stays the same JSON (HTML §4.12.1.3).
    /// </summary>
    internal static void WriteEscaped(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
    {
        while (!json.IsEmpty)
        {
            int at = json.IndexOfAny(Suspicious);
            if (at < 0)
            {
                output.Write(json);
                return;
            }

            // U+2028 and U+2029 are E2 80 A8 and E2 80 A9; other characters begin with E2 too.
            bool isSeparator = json[at] == 0xE2 && json.Length > at + 2 && json[at + 1] == 0x80 && json[at + 2] is 0xA8 or 0xA9;
            output.Write(json[..at]);
            if (isSeparator) output.Write(json[at + 2] == 0xA8 ? "\\u2028"u8 : "\\u2029"u8);
            else if (json[at] == 0xE2) output.Write(json.Slice(at, 1));
            else output.Write(json[at] switch { (byte)'<' => "\\u003C"u8, (byte)'>' => "\\u003E"u8, _ => "\\u0026"u8 });
            json = json[(at + (isSeparator ? 3 : 1))..];
        }
    }

    private sealed class Script : TopicFraming
    {
        public static readonly Script Instance = new();

        public override void Write(in TopicMessage message, IBufferWriter<byte> output)
        {
            var json = new ArrayBufferWriter<byte>(message.Data.Length + 128);
            MessageJson.Write(message, json);
            output.Write("<script>r("u8);
            WriteEscaped(json.WrittenSpan, output);
            output.Write(")</script>\n"u8);
        }
    }

    private sealed class Format(string callback) : TopicStreamFormat
    {
        public override string ContentType => "text/html; charset=utf-8";

        public override TopicFraming Framing => Script.Instance;

        // Nobody else's page may hold the frame, or it would get the messages.
        public override void SetFields(FieldSection fields) => fields.Set("Content-Security-Policy", "frame-ancestors 'self'");

        public override void WritePrelude(IBufferWriter<byte> output)
        {
            string page = $"<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>stream</title></head><body>\n<script>function r(o){{parent.{callback}(o)}}</script>\n<!--";
            output.Write(Encoding.ASCII.GetBytes($"{page.PadRight(PreludeBytes)}-->\n"));
        }

        public override void WriteOpen(Cursor at, IBufferWriter<byte> output) => Write($"{{\"type\":\"open\",\"id\":\"{at}\"}}", output);

        public override void WriteEnd(Cursor at, IBufferWriter<byte> output) => Write($"{{\"type\":\"end\",\"id\":\"{at}\"}}", output);

        public override void WriteAgain(Cursor at, TimeSpan wait, IBufferWriter<byte> output) =>
            Write($"{{\"type\":\"open\",\"id\":\"{at}\",\"again\":{(long)wait.TotalMilliseconds}}}", output);

        public override void WriteGap(TopicGap gap, IBufferWriter<byte> output) =>
            Write($"{{\"type\":\"gap\",\"id\":\"{gap.To}\",\"from\":\"{gap.From}\",\"to\":\"{gap.To}\"}}", output);

        private static void Write(string record, IBufferWriter<byte> output) => output.Write(Encoding.ASCII.GetBytes($"<script>r({record})</script>\n"));
    }
}
