using System.Globalization;
using System.Text;

namespace Minimal.Testing;

/// <summary>
/// Reads one HTTP response byte by byte, in the plainest way (RFC 9112 §6.3), and hands the content on. It shares no code with the library, so that it can
/// be its judge.
/// </summary>
public abstract class HttpAnswerReader : NoLossReader
{
    private readonly StringBuilder _line = new();
    private readonly byte[] _one = new byte[1];
    private At _at = At.StatusLine;
    private bool _isChunked, _isClosed;
    private long _left = -1;

    private enum At
    {
        StatusLine, Fields, Sized, UntilEnd, ChunkSize, Chunk, ChunkEnd, Trailers, Whole,
    }

    /// <summary>The status, once it has come.</summary>
    protected int Status { get; private set; }

    /// <inheritdoc />
    public override void Take(ReadOnlySpan<byte> bytes)
    {
        foreach (byte next in bytes) Take(next);
    }

    /// <inheritdoc />
    public override void TakeEnd()
    {
        if (_at == At.UntilEnd) End();
    }

    /// <summary>Takes content.</summary>
    protected abstract void OnContent(ReadOnlySpan<byte> content);

    /// <summary>The answer is whole; unless overridden, that says nothing more.</summary>
    protected virtual void OnWhole()
    {
    }

    /// <summary>Whether a status is one that this transport's clients expect; unless overridden 200, and 503 and 429, which ask to come again.</summary>
    protected virtual bool IsExpected(int status) => status is 200 or 429 or 503;

    private void Take(byte next)
    {
        switch (_at)
        {
            case At.Whole:
                throw new NoLossException("A server sent more than a whole answer.");
            case At.UntilEnd:
                Hand(next);
                break;
            case At.Sized or At.Chunk:
                Hand(next);
                if (--_left > 0) break;
                if (_at == At.Sized) End();
                else _at = At.ChunkEnd;
                break;
            case var _ when next == (byte)'\n':
                string line = _line.ToString().TrimEnd('\r');
                _line.Clear();
                TakeLine(line);
                break;
            default:
                _line.Append((char)next);
                break;
        }
    }

    private void Hand(byte next)
    {
        _one[0] = next;
        if (Status is 101 or 200) OnContent(_one);
    }

    private void TakeLine(string line)
    {
        switch (_at)
        {
            case At.StatusLine:
                Status = int.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
                if (!IsExpected(Status)) throw new NoLossException($"A client was answered \"{line}\".");
                _at = At.Fields;
                break;
            case At.Fields when line.Length > 0:
                TakeField(line);
                break;
            case At.Fields:
                BeginBody();
                break;
            case At.ChunkSize:
                _left = long.Parse(line, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                _at = _left == 0 ? At.Trailers : At.Chunk;
                break;
            case At.ChunkEnd:
                _at = At.ChunkSize;
                break;
            default:
                if (line.Length == 0) End();
                break;
        }
    }

    private void TakeField(string line)
    {
        string name = line[..line.IndexOf(':', StringComparison.Ordinal)].ToUpperInvariant(), value = line[(name.Length + 1)..].Trim();
        if (name == "TRANSFER-ENCODING") _isChunked = true;
        else if (name == "CONNECTION") _isClosed = value == "close";
        else if (name == "CONTENT-LENGTH") _left = long.Parse(value, CultureInfo.InvariantCulture);
    }

    private void BeginBody()
    {
        if (Status == 101) _at = At.UntilEnd;
        else if (Status is 204 or 304 || (_left == 0 && !_isChunked)) End();
        else if (_isChunked) _at = At.ChunkSize;
        else _at = _left < 0 ? At.UntilEnd : At.Sized;
    }

    private void End()
    {
        IsWhole = true;
        IsKept = !_isClosed && _at != At.UntilEnd;
        _at = At.Whole;
        OnWhole();
    }
}
