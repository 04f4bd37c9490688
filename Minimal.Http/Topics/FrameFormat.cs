using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Topics;

/// <summary>The page in a hidden iframe: what <see cref="ForeverFrame"/> sends.</summary>
/// <param name="callback">A function of the page around it; checked before.</param>
/// <param name="ancestors">Which pages may be around it.</param>
internal sealed class FrameFormat(string callback, string ancestors) : TopicStreamFormat
{
    // More than browsers hold back: they begin to show a page after 1024 bytes, and sniff up to 1445.
    private const int PreludeBytes = 2048;

    /// <inheritdoc />
    public override string ContentType => "text/html; charset=utf-8";

    /// <inheritdoc />
    public override TopicFraming Framing => Script.Instance;

    // Nobody else's page may hold the frame, or it would get the messages.
    /// <inheritdoc />
    public override void SetFields(FieldSection fields) => fields.Set("Content-Security-Policy", $"frame-ancestors {ancestors}");

    /// <inheritdoc />
    public override void WritePrelude(IBufferWriter<byte> output)
    {
        string page = "<!DOCTYPE html><html><head><meta charset=\"utf-8\"><title>stream</title></head><body>\n"
            + $"<script>function r(s){{parent.{callback}(JSON.parse(s))}}</script>\n<!--";
        output.Write(Encoding.ASCII.GetBytes($"{page.PadRight(PreludeBytes)}-->\n"));
    }

    /// <inheritdoc />
    public override void WriteOpen(Cursor at, IBufferWriter<byte> output) => Write(StreamRecord.Open(at), output);

    /// <inheritdoc />
    public override void WriteGap(TopicGap gap, IBufferWriter<byte> output) => Write(StreamRecord.Gap(gap), output);

    /// <inheritdoc />
    public override void WriteEnd(Cursor at, IBufferWriter<byte> output) => Write(StreamRecord.End(at), output);

    /// <inheritdoc />
    public override void WriteAgain(Cursor at, TimeSpan wait, IBufferWriter<byte> output) => Write(StreamRecord.Again(at, wait), output);

    /// <inheritdoc />
    public override void WriteSuperseded(Cursor at, IBufferWriter<byte> output) => Write(StreamRecord.Superseded(at), output);

    private static void Write(string record, IBufferWriter<byte> output) => Script.WriteCall(Encoding.ASCII.GetBytes(record), output);

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
}
