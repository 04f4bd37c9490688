using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics.Reading;

/// <summary>
/// Puts asterisks over the values of some fields while a head passes in pieces of any size. It reads lines and colons and no more, so that a
/// head which breaks a rule shows no secret either: any line end ends a line, white space in front of a name or a colon does not count, and
/// a line that goes on with a secret is one.
/// </summary>
internal sealed class SecretMask(IReadOnlyList<string> names)
{
    private readonly byte[] _name = new byte[names.Select(name => name.Length).DefaultIfEmpty().Max() + 1];
    private int _length;
    private At _at;
    private bool _isSecret;

    private enum At
    {
        LineStart,
        Name,
        Value,
    }

    /// <summary>A head begins.</summary>
    public void Restart() => (_at, _length, _isSecret) = (At.LineStart, 0, false);

    /// <summary>Takes the next bytes of the head, and changes those that are a secret.</summary>
    /// <returns>Whether there were any.</returns>
    public bool Apply(Span<byte> bytes)
    {
        bool any = false;
        foreach (ref byte b in bytes)
        {
            if (!IsSecret(b)) continue;
            b = (byte)'*';
            any = true;
        }

        return any;
    }

    private bool IsSecret(byte b)
    {
        if (b is HttpChars.CR or HttpChars.LF)
        {
            _at = At.LineStart;
            return false;
        }

        bool isSpace = b is HttpChars.Space or HttpChars.Tab;
        if (_at == At.LineStart && !isSpace) BeginName();
        if (_at == At.Name) AddToName(b);
        else if (_at == At.LineStart && _isSecret) _at = At.Value;
        else if (_at == At.Value) return _isSecret && !isSpace;
        return false;
    }

    private void BeginName()
    {
        _at = At.Name;
        _length = 0;
        _isSecret = false;
    }

    private void AddToName(byte b)
    {
        if (b == ':')
        {
            _at = At.Value;
            ReadOnlySpan<byte> name = HttpChars.TrimSpace(_name.AsSpan(0, _length));
            foreach (string secret in names) _isSecret |= Ascii.EqualsIgnoreCase(name, secret);
            return;
        }

        // A name that is longer than all secrets is none, but for white space behind it.
        bool counts = _length < _name.Length && !(b is HttpChars.Space or HttpChars.Tab);
        if (counts) _name[_length++] = b;
    }
}
