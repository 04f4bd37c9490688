using System.Buffers;
using System.Collections;
using System.Text;

namespace Minimal.Http.Wire;

/// <summary>
/// The fields of a received head or trailer section, in the order in which they came (RFC 9110 §5). They are bytes in
/// the head's block; a string is made when one is asked for. Valid as long as the head that they belong to. Reading from
/// several threads at once is safe.
/// </summary>
public sealed class HttpFields : IReadOnlyList<HttpField>
{
    private byte[] _block = [];
    private FieldLine[] _lines = [];
    private int _kinds;

    /// <summary>How many field lines there are.</summary>
    public int Count { get; private set; }

    /// <summary>A field line by its place.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such line.</exception>
    public HttpField this[int index] => new(Text(NameBytes(index)), Text(ValueBytes(index)));

    /// <summary>The name of a line as it was sent.</summary>
    public ReadOnlySpan<byte> NameBytes(int index)
    {
        FieldLine line = Line(index);
        return _block.AsSpan(line.NameStart, line.NameLength);
    }

    /// <summary>The value of a line, without white space around it.</summary>
    public ReadOnlySpan<byte> ValueBytes(int index)
    {
        FieldLine line = Line(index);
        return _block.AsSpan(line.ValueStart, line.ValueLength);
    }

    /// <summary>The value of the first line of that name; null when there is none.</summary>
    public string? First(string name) => Next(name, 0) is int at and >= 0 ? Text(ValueBytes(at)) : null;

    /// <summary>Whether there is a line of that name.</summary>
    public bool Contains(string name) => Next(name, 0) >= 0;

    /// <summary>How many lines have that name.</summary>
    public int CountOf(string name)
    {
        int count = 0;
        for (int at = Next(name, 0); at >= 0; at = Next(name, at + 1)) count++;
        return count;
    }

    /// <summary>The values of all lines of that name as one list, in order (RFC 9110 §5.2); null when there is none.</summary>
    public string? Combined(string name)
    {
        int first = Next(name, 0);
        if (first < 0) return null;
        int next = Next(name, first + 1);
        if (next < 0) return Text(ValueBytes(first));

        var combined = new StringBuilder(Text(ValueBytes(first)));
        for (; next >= 0; next = Next(name, next + 1)) combined.Append(", ").Append(Text(ValueBytes(next)));
        return combined.ToString();
    }

    /// <summary>
    /// Whether a list of tokens has this member, in any case, over all lines of the name (RFC 9110 §5.6.1).
    /// Empty members are passed over.
    /// </summary>
    public bool HasMember(string name, string token)
    {
        for (int at = Next(name, 0); at >= 0; at = Next(name, at + 1))
        {
            if (ListHas(ValueBytes(at), token)) return true;
        }

        return false;
    }

    /// <summary>The place of the next line of that name, from <paramref name="from"/> on; -1 when there is none.</summary>
    public int Next(string name, int from)
    {
        ArgumentNullException.ThrowIfNull(name);
        for (int i = from; i < Count; i++)
        {
            if (_lines[i].NameLength == name.Length && Ascii.EqualsIgnoreCase(NameBytes(i), name)) return i;
        }

        return -1;
    }

    /// <summary>Each field line, as strings.</summary>
    public IEnumerator<HttpField> GetEnumerator()
    {
        for (int i = 0; i < Count; i++) yield return this[i];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal bool Has(FieldKind kind) => (_kinds & (1 << (int)kind)) != 0;

    internal bool HasMember(FieldKind kind, string token)
    {
        for (int at = Next(kind, 0); at >= 0; at = Next(kind, at + 1))
        {
            if (ListHas(ValueBytes(at), token)) return true;
        }

        return false;
    }

    internal int Next(FieldKind kind, int from)
    {
        if (!Has(kind)) return -1;
        for (int i = from; i < Count; i++)
        {
            if (_lines[i].Kind == kind) return i;
        }

        return -1;
    }

    internal void Begin(byte[] block)
    {
        _block = block;
        _kinds = 0;
        Count = 0;
    }

    /// <summary>The block was exchanged for a larger one with the same bytes.</summary>
    internal void Move(byte[] block) => _block = block;

    internal void Add(in FieldLine line)
    {
        if (Count == _lines.Length) Grow();
        _lines[Count++] = line;
        _kinds |= 1 << (int)line.Kind;
    }

    internal void Release()
    {
        if (_lines.Length > 0) ArrayPool<FieldLine>.Shared.Return(_lines);
        _lines = [];
        Begin([]);
    }

    internal static string Text(ReadOnlySpan<byte> bytes) => bytes.IsEmpty ? "" : Encoding.Latin1.GetString(bytes);

    private static bool ListHas(ReadOnlySpan<byte> list, string token)
    {
        foreach (Range range in list.Split((byte)','))
        {
            if (Ascii.EqualsIgnoreCase(HttpChars.TrimSpace(list[range]), token)) return true;
        }

        return false;
    }

    private ref readonly FieldLine Line(int index)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)index, (uint)Count, nameof(index));
        return ref _lines[index];
    }

    private void Grow()
    {
        FieldLine[] larger = ArrayPool<FieldLine>.Shared.Rent(Math.Max(16, 2 * _lines.Length));
        _lines.AsSpan(0, Count).CopyTo(larger);
        if (_lines.Length > 0) ArrayPool<FieldLine>.Shared.Return(_lines);
        _lines = larger;
    }
}
