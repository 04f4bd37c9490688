using System.Buffers;
using System.Collections;

namespace Minimal.Http.Wire;

/// <summary>
/// The fields of a response, or trailers, that a program sets. Nothing gets in that could end a line: names are tokens,
/// values hold no control character but HTAB and nothing beyond U+00FF (RFC 9110 §5.5). Not thread-safe.
/// </summary>
public sealed class FieldSection : IReadOnlyList<HttpField>
{
    // RFC 9110 §6.5.1: what frames or routes a message, controls a request, authenticates, or says how to read the content.
    private static readonly HashSet<string> NotInTrailers = new(StringComparer.OrdinalIgnoreCase)
    {
        "Authorization", "Cache-Control", "Content-Encoding", "Content-Range", "Content-Type", "Cookie", "Date", "Expires", "Host", "Location",
        "Max-Forwards", "Proxy-Authenticate", "Range", "Retry-After", "Set-Cookie", "TE", "Trailer", "Upgrade", "Vary", "WWW-Authenticate",
    };

    private HttpField[] _fields = [];

    private readonly bool _isTrailers;

    /// <summary>An empty section, of a head or of trailers.</summary>
    internal FieldSection(bool isTrailers = false) => _isTrailers = isTrailers;

    /// <summary>How many field lines there are.</summary>
    public int Count { get; private set; }

    /// <summary>A field line by its place.</summary>
    public HttpField this[int index] => index < Count ? _fields[index] : throw new ArgumentOutOfRangeException(nameof(index));

    internal ReadOnlySpan<HttpField> Lines => _fields.AsSpan(0, Count);

    /// <summary>Whether fields can still be set.</summary>
    public bool IsReadOnly { get; internal set; }

    /// <summary>Adds a line, also when there is one of that name: right for lists and for Set-Cookie.</summary>
    /// <exception cref="ArgumentException">The name is no token, or the value holds CR, LF, NUL or another control character.</exception>
    /// <exception cref="InvalidOperationException">The head has left, or the field is one that the server itself writes, or one that no trailer may be.</exception>
    public void Add(string name, string value)
    {
        CheckName(name);
        CheckValue(value);
        Append(name, value);
    }

    /// <summary>Sets a field to one line, in place of any that were there.</summary>
    /// <inheritdoc cref="Add" />
    public void Set(string name, string value)
    {
        CheckName(name);
        CheckValue(value);
        int at = IndexOf(name, 0);
        if (at < 0)
        {
            Append(name, value);
            return;
        }

        ThrowIfReadOnly();
        _fields[at] = new HttpField(name, value);
        RemoveFrom(name, at + 1);
    }

    /// <summary>Takes away all lines of that name.</summary>
    public void Remove(string name)
    {
        ThrowIfReadOnly();
        RemoveFrom(name, 0);
    }

    /// <summary>The value of the first line of that name; null when there is none.</summary>
    public string? First(string name) => IndexOf(name, 0) is int at and >= 0 ? _fields[at].Value : null;

    /// <summary>Whether there is a line of that name.</summary>
    public bool Contains(string name) => IndexOf(name, 0) >= 0;

    /// <summary>The values of all lines of that name as one list; null when there is none.</summary>
    public string? Combined(string name)
    {
        string? combined = null;
        for (int at = IndexOf(name, 0); at >= 0; at = IndexOf(name, at + 1))
        {
            combined = combined is null ? _fields[at].Value : $"{combined}, {_fields[at].Value}";
        }

        return combined;
    }

    /// <summary>Whether a list of tokens has this member, in any case, over all lines of the name.</summary>
    public bool HasMember(string name, string token)
    {
        for (int at = IndexOf(name, 0); at >= 0; at = IndexOf(name, at + 1))
        {
            foreach (Range member in _fields[at].Value.AsSpan().Split(','))
            {
                if (_fields[at].Value.AsSpan(member).Trim(" \t").Equals(token, StringComparison.OrdinalIgnoreCase)) return true;
            }
        }

        return false;
    }

    /// <summary>Each field line.</summary>
    public IEnumerator<HttpField> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return _fields[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Appends without a look at the value: for fields that a parser has read.</summary>
    internal void Append(string name, string value)
    {
        ThrowIfReadOnly();
        if (Count == _fields.Length) Grow();
        _fields[Count++] = new HttpField(name, value);
    }

    /// <summary>Joins a folded line to the value before it by a space; both come without white space around them.</summary>
    internal void ExtendLast(string more)
    {
        ref HttpField last = ref _fields[Count - 1];
        string joint = last.Value.Length > 0 && more.Length > 0 ? " " : "";
        last = last with { Value = $"{last.Value}{joint}{more}" };
    }

    internal void Clear()
    {
        IsReadOnly = false;
        Array.Clear(_fields, 0, Count);
        Count = 0;
    }

    /// <summary>Clears the section, and holds nothing: the room for the fields is lent, so that those many sections that wait have none.</summary>
    internal void Release()
    {
        Clear();
        if (_fields.Length > 0) ArrayPool<HttpField>.Shared.Return(_fields);
        _fields = [];
    }

    private void Grow()
    {
        HttpField[] larger = ArrayPool<HttpField>.Shared.Rent(Math.Max(8, 2 * Count));
        _fields.AsSpan().CopyTo(larger);
        int count = Count;
        Release();
        _fields = larger;
        Count = count;
    }

    private int IndexOf(string name, int from)
    {
        for (int i = from; i < Count; i++)
        {
            if (_fields[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase)) return i;
        }

        return -1;
    }

    private void RemoveFrom(string name, int from)
    {
        int kept = from;
        for (int i = from; i < Count; i++)
        {
            if (!_fields[i].Name.Equals(name, StringComparison.OrdinalIgnoreCase)) _fields[kept++] = _fields[i];
        }

        Array.Clear(_fields, kept, Count - kept);
        Count = kept;
    }

    private void ThrowIfReadOnly()
    {
        if (IsReadOnly) throw new InvalidOperationException("The head has left already; its fields cannot be changed.");
    }

    // Framing is the server's: a program says how long a body is by ResponseHead.ContentLength, and that it wants to close by Close.
    private void CheckName(string name)
    {
        if (!HttpChars.IsToken(name)) throw new ArgumentException("A field name is a token (RFC 9110 §5.1).", nameof(name));
        bool ours = name.Length switch
        {
            10 => name.Equals("Connection", StringComparison.OrdinalIgnoreCase) || name.Equals("Keep-Alive", StringComparison.OrdinalIgnoreCase),
            14 => name.Equals("Content-Length", StringComparison.OrdinalIgnoreCase),
            17 => name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase),
            _ => false,
        };
        if (_isTrailers && NotInTrailers.Contains(name)) throw new InvalidOperationException($"{name} cannot be a trailer: it is needed before the body (RFC 9110 §6.5.1).");
        if (ours) throw new InvalidOperationException($"The server writes {name} itself; use ResponseHead.ContentLength or ResponseHead.Close.");
    }

    private static void CheckValue(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (HttpChars.IsFieldValue(value)) return;
        throw new ArgumentException("A field value holds no control character but HTAB, and none beyond U+00FF (RFC 9110 §5.5).", nameof(value));
    }
}
