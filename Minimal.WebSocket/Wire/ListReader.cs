using System.Buffers;
using System.Text;

namespace Minimal.WebSocket.Wire;

/// <summary>Reads the elements of a field value: tokens, quoted strings and the signs between (RFC 9110 §5.6).</summary>
internal ref struct ListReader(ReadOnlySpan<char> text)
{
    // tchar = "!" / "#" / "$" / "%" / "&" / "'" / "*" / "+" / "-" / "." / "^" / "_" / "`" / "|" / "~" / DIGIT / ALPHA
    private static readonly SearchValues<char> TokenChars = SearchValues.Create(
        "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");

    private ReadOnlySpan<char> _rest = text;

    /// <summary>Whether all was read.</summary>
    public readonly bool AtEnd => _rest.IsEmpty;

    /// <summary>token = 1*tchar</summary>
    public static bool IsToken(ReadOnlySpan<char> text) => !text.IsEmpty && !text.ContainsAnyExcept(TokenChars);

    /// <summary>OWS = *( SP / HTAB )</summary>
    public void SkipSpace() => _rest = _rest.TrimStart(" \t");

    /// <summary>Takes this sign and the white space around it; false when something else stands there.</summary>
    public bool TryTake(char sign)
    {
        ReadOnlySpan<char> there = _rest.TrimStart(" \t");
        if (there.IsEmpty || there[0] != sign) return false;

        _rest = there[1..];
        SkipSpace();
        return true;
    }

    /// <summary>token = 1*tchar</summary>
    public bool TryToken(out string token)
    {
        int end = _rest.IndexOfAnyExcept(TokenChars);
        if (end < 0) end = _rest.Length;
        token = _rest[..end].ToString();
        _rest = _rest[end..];
        return end > 0;
    }

    /// <summary>token / quoted-string, of which what it stands for is a token too (RFC 6455 §4.3, §9.1).</summary>
    public bool TryTokenOrQuoted(out string token) =>
        _rest.IsEmpty || _rest[0] != '"' ? TryToken(out token) : TryQuoted(out token) && IsToken(token);

    // quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE
    private bool TryQuoted(out string text)
    {
        var unescaped = new StringBuilder();
        for (int at = 1; at < _rest.Length; at++)
        {
            if (_rest[at] == '"')
            {
                _rest = _rest[(at + 1)..];
                text = unescaped.ToString();
                return true;
            }

            if (_rest[at] == '\\' && ++at == _rest.Length) break;
            unescaped.Append(_rest[at]);
        }

        text = "";
        return false;
    }
}
