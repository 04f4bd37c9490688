using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>
/// A stream for a hidden iframe: a page that never ends, in which each record is a script that calls a function of the page around it, with
/// one object as <see cref="NdjsonStream"/> has it. <c>?callback=</c> names the function; <c>onRecord</c> unless it does.
/// </summary>
public sealed class ForeverFrame : TopicStreamTransport
{
    // More than browsers hold back: they begin to show a page after 1024 bytes, and sniff up to 1445.
    private const int PreludeBytes = 2048;

    private readonly string _ancestors;

    /// <summary>A transport whose frames may stand in pages of the same origin, or of others as well.</summary>
    /// <param name="ancestors">The sources of <c>frame-ancestors</c> in Content-Security-Policy; only pages of the same origin unless set.</param>
    /// <exception cref="ArgumentException">The sources hold what no source does.</exception>
    public ForeverFrame(string ancestors = "'self'")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(ancestors);
        if (ancestors.AsSpan().ContainsAny(";,") || !HttpChars.IsFieldValue(ancestors)) throw new ArgumentException("Sources are separated by spaces.", nameof(ancestors));
        _ancestors = ancestors;
    }

    /// <inheritdoc />
    public override string Name => "frame";

    /// <inheritdoc />
    protected override async ValueTask<TopicStreamFormat?> ChooseFormatAsync(HttpExchange exchange, TopicSubscription subscription)
    {
        ArgumentNullException.ThrowIfNull(exchange);
        string callback = QueryText.First(exchange.Request, "callback"u8) ?? "onRecord";
        if (IsName(callback)) return new Format(callback, _ancestors);
        await RefuseAsync(exchange, TopicRules.CallbackUnreadable);
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

    private sealed class Script : TopicFraming
    {
        public static readonly Script Instance = new();

        public override void Write(in TopicMessage message, IBufferWriter<byte> output)
        {
            var json = new ArrayBufferWriter<byte>(message.Data.Length + 128);
            MessageJson.Write(message, json);
            WriteCall(json.WrittenSpan, output);
        }

        public static void WriteCall(ReadOnlySpan<byte> json, IBufferWriter<byte> output)
        {
            output.Write("<script>r("u8);
            ScriptString.Write(json, output);
            output.Write(")</script>\n"u8);
        }
    }

    private sealed class Format(string callback, string ancestors) : TopicStreamFormat
    {
        public override string ContentType => "text/html; charset=utf-8";

        public override TopicFraming Framing => Script.Instance;

        // Nobody else's page may hold the frame, or it would get the messages.
        public override void SetFields(FieldSection fields) => fields.Set("Content-Security-Policy", $"frame-ancestors {ancestors}");

        public override void WritePrelude(IBufferWriter<byte> output)
        {
            string page = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>stream</title></head><body>\n"
                + $"<script>function r(s){{parent.{callback}(JSON.parse(s))}}</script>\n<!--";
            output.Write(Encoding.ASCII.GetBytes($"{page.PadRight(PreludeBytes)}-->\n"));
        }

        public override void WriteOpen(Cursor at, IBufferWriter<byte> output) => Write(StreamRecord.Open(at), output);

        public override void WriteGap(TopicGap gap, IBufferWriter<byte> output) => Write(StreamRecord.Gap(gap), output);

        public override void WriteEnd(Cursor at, IBufferWriter<byte> output) => Write(StreamRecord.End(at), output);

        public override void WriteAgain(Cursor at, TimeSpan wait, IBufferWriter<byte> output) => Write(StreamRecord.Again(at, wait), output);

        public override void WriteSuperseded(Cursor at, IBufferWriter<byte> output) => Write(StreamRecord.Superseded(at), output);

        private static void Write(string record, IBufferWriter<byte> output) => Script.WriteCall(Encoding.ASCII.GetBytes(record), output);
    }
}
