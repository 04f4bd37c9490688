using System.Text;
using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Sse;

/// <summary>Keeps the marks that a parser or writer makes.</summary>
internal sealed class SpanRecorder : WireTrace
{
    private readonly List<Span> _spans = [];

    public override void Mark(WirePart part, long offset, ReadOnlySpan<byte> bytes) => _spans.Add(new Span(part, offset, bytes.ToArray()));

    /// <summary>The bytes of all marks, or an error where they are not one behind the other.</summary>
    public byte[] Covered()
    {
        long next = 0;
        foreach (Span span in _spans)
        {
            Assert.Equal(next, span.Offset);
            Assert.NotEmpty(span.Bytes);
            next += span.Bytes.Length;
        }

        return [.. _spans.SelectMany(span => span.Bytes)];
    }

    /// <summary>
    /// The marks as one line each. A CRLF that came in two pieces was marked as CR and as LF, since a CR ends its line at once;
    /// here it is one again. No other span can be cut.
    /// </summary>
    public string Show()
    {
        var whole = new List<Span>();
        foreach (Span span in _spans)
        {
            if (whole is [.., { Bytes: [(byte)'\r'] } last] && span.Bytes is [(byte)'\n'] && last.Part == span.Part)
                whole[^1] = last with { Bytes = [.. last.Bytes, .. span.Bytes] };
            else
                whole.Add(span);
        }

        return string.Join('\n', whole);
    }

    private sealed record Span(WirePart Part, long Offset, byte[] Bytes)
    {
        public override string ToString() => $"{Offset} {Escape(Encoding.Latin1.GetString(Bytes))} {Part.Name}";

        private static string Escape(string text) =>
            string.Concat(text.Select(character => character is > ' ' and < '\u007F' ? $"{character}" : $"<{(int)character:X2}>"));
    }
}
