using System.Globalization;
using Minimal.Sse;

namespace Minimal.Testing;

/// <summary>An event stream that follows the grammar (HTML §9.2.5), and what a client must make of it.</summary>
/// <param name="HasByteOrderMark">Whether it begins with EF BB BF.</param>
/// <param name="Lines">All lines, those of unknown fields and comments too. An event without its empty line at the end is never dispatched.</param>
public sealed record SseStreamModel(bool HasByteOrderMark, IReadOnlyList<SseLineModel> Lines) : IWireModel
{
    /// <summary>
    /// The events that a client dispatches (HTML §9.2.6): data with LF between its lines, the type, <c>message</c> where none is given, and the
    /// last ID so far.
    /// </summary>
    public IReadOnlyList<SseEvent> Events
    {
        get
        {
            var events = new List<SseEvent>();
            string type = "", lastId = "";
            var data = new List<string>();
            foreach (SseLineModel line in Lines)
            {
                if (line.Name == "data") data.Add(line.Value);
                else if (line.Name == "event") type = line.Value;
                else if (line.Name == "id" && !line.Value.Contains('\0', StringComparison.Ordinal)) lastId = line.Value;
                if (!line.IsDispatch) continue;
                if (data.Count > 0) events.Add(new SseEvent(string.Join('\n', data), type.Length > 0 ? type : "message", lastId));
                data.Clear();
                type = "";
            }

            return events;
        }
    }

    /// <summary>The reconnection time that a client ends with, in milliseconds; null when the stream says none.</summary>
    public int? Retry => Lines.LastOrDefault(line => line.Name == "retry" && line.Value.Length > 0 && line.Value.All(char.IsAsciiDigit)) is { } last
        ? int.Parse(last.Value, NumberStyles.None, CultureInfo.InvariantCulture)
        : null;

    /// <summary>All pieces in the order of the wire.</summary>
    public IReadOnlyList<WirePiece> Pieces() =>
    [
        new(SseParts.ByteOrderMark, HasByteOrderMark ? "\u00EF\u00BB\u00BF" : ""),
        .. Lines.SelectMany(line => line.Pieces()),
    ];

    /// <summary>The stream on the wire.</summary>
    public byte[] ToBytes() => WirePiece.Join(Pieces());

    /// <summary>The stream, escaped.</summary>
    public override string ToString() => EscapedBytes.Write(ToBytes());
}
