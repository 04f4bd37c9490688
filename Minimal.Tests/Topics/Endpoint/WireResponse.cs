using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Minimal.Tests.Topics;

/// <summary>
/// One response as a client reads it, byte by byte, in the plainest way: head, then a body by Content-Length, by chunks, or until the end. It throws
/// what a client would complain of.
/// </summary>
internal sealed class WireResponse(bool isForHead = false)
{
    private readonly List<byte> _line = [];
    private readonly List<byte> _body = [];
    private readonly Dictionary<string, string> _fields = new(StringComparer.OrdinalIgnoreCase);
    private At _at = At.StatusLine;
    private long _left;

    private enum At
    {
        StatusLine, Fields, Sized, UntilEnd, ChunkSize, Chunk, ChunkEnd, Trailer, Done,
    }

    public int Status { get; private set; }

    public int HeadBytes { get; private set; }

    public IReadOnlyDictionary<string, string> Fields => _fields;

    /// <summary>Whether the head has come.</summary>
    public bool HasHead => _at > At.Fields;

    /// <summary>Whether nothing more belongs to it.</summary>
    public bool IsComplete => _at == At.Done;

    /// <summary>The content as far as it has come.</summary>
    public byte[] Body => [.. _body];

    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    /// <summary>How long each chunk was.</summary>
    public List<long> Chunks { get; } = [];

    public string? Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>Takes a byte; only while it is not complete.</summary>
    public void Take(byte next)
    {
        switch (_at)
        {
            case At.Sized or At.Chunk:
                _body.Add(next);
                if (--_left == 0) _at = _at == At.Sized ? At.Done : At.ChunkEnd;
                break;
            case At.UntilEnd:
                _body.Add(next);
                break;
            case At.Done:
                throw new InvalidDataException("There is more behind a complete response.");
            default:
                if (_at <= At.Fields) HeadBytes++;
                _line.Add(next);
                if (next == (byte)'\n') TakeLine();
                break;
        }
    }

    /// <summary>The connection has ended: that may be the end of the body.</summary>
    public void TakeEnd()
    {
        if (_at == At.UntilEnd) _at = At.Done;
    }

    private void TakeLine()
    {
        string line = Encoding.Latin1.GetString([.. _line]);
        if (!line.EndsWith("\r\n", StringComparison.Ordinal)) throw new InvalidDataException($"A line ends without CRLF: {line}");
        line = line[..^2];
        _line.Clear();
        switch (_at)
        {
            case At.StatusLine:
                string[] words = line.Split(' ', 3);
                if (words[0] != "HTTP/1.1" || words.Length < 3) throw new InvalidDataException($"No status line: {line}");
                Status = int.Parse(words[1], CultureInfo.InvariantCulture);
                _at = At.Fields;
                break;
            case At.Fields when line.Length > 0:
                string[] parts = line.Split(": ", 2);
                if (!_fields.TryAdd(parts[0], parts[1]) && parts[0] != "Vary") throw new InvalidDataException($"A field comes twice: {line}");
                break;
            case At.Fields:
                _at = BodyBegins();
                break;
            case At.ChunkSize:
                _left = long.Parse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                if (_left > 0) Chunks.Add(_left);
                _at = _left == 0 ? At.Trailer : At.Chunk;
                break;
            case At.ChunkEnd:
                if (line.Length > 0) throw new InvalidDataException("A chunk does not end where it should.");
                _at = At.ChunkSize;
                break;
            default:
                if (line.Length == 0) _at = At.Done;
                break;
        }
    }

    private At BodyBegins()
    {
        if (isForHead || Status is (< 200 and not 101) or 204 or 304) return At.Done;
        if (Field("Transfer-Encoding") == "chunked") return At.ChunkSize;
        if (Field("Content-Length") is not { } length) return At.UntilEnd;
        _left = long.Parse(length, CultureInfo.InvariantCulture);
        return _left == 0 ? At.Done : At.Sized;
    }
}
