using System.Linq;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>A head as a lenient reading reads it: what frames and ends the request, and little more.</summary>
internal sealed class LensHead(LensCursor cursor)
{
    // Of a folded value so much is kept: far more than any that frames a body.
    private const int MaxFolded = 1024;

    private readonly List<Field> _fields = [];

    public string Method { get; private set; } = "";

    public string Target { get; private set; } = "";

    public int MinorVersion { get; private set; }

    /// <summary>Whether the connection closes behind this request (RFC 9112 §9.3).</summary>
    public bool Closes
    {
        get
        {
            string[] options = [.. Values("Connection").SelectMany(line => line.Value.Split(',', StringSplitOptions.TrimEntries))];
            if (options.Contains("close", StringComparer.OrdinalIgnoreCase)) return true;
            return MinorVersion == 0 && !options.Contains("keep-alive", StringComparer.OrdinalIgnoreCase);
        }
    }

    /// <summary>The lines of a field.</summary>
    public Field[] Values(string name) => [.. _fields.Where(line => line.Name.Equals(name, StringComparison.OrdinalIgnoreCase))];

    /// <summary>Reads a head.</summary>
    /// <returns>False when it is refused, or not all there.</returns>
    public bool TryRead() => TryRequestLine() && TryFields();

    /// <summary>Reads field lines, to the empty line behind the last.</summary>
    public bool TryFields()
    {
        while (cursor.TryLine(out int start, out ReadOnlySpan<byte> line))
        {
            if (line.IsEmpty) return true;
            if (!TryField(start, line)) return false;
        }

        return false;
    }

    // request-line = method SP request-target SP HTTP-version
    private bool TryRequestLine()
    {
        // What is no HTTP is told by its first bytes: it may never come to the end of a line.
        ReadOnlySpan<byte> rest = cursor.Rest;
        int token = HttpChars.TokenLength(rest);
        if (token < rest.Length && rest[token] is not (HttpChars.Space or HttpChars.CR or HttpChars.LF)) return cursor.Refuse(HttpRules.InvalidMethod, cursor.At + token);
        if (!cursor.TryLine(out int start, out ReadOnlySpan<byte> line)) return false;

        int last = line.LastIndexOf(HttpChars.Space);
        if (token == 0 || last <= token + 1) return cursor.Refuse(HttpRules.InvalidRequestLine, start);
        if (RequestHeadParser.VersionFault(line[(last + 1)..]) is { } fault) return cursor.Refuse(fault, start + last + 1);

        Method = Text(line[..token]);
        Target = Text(line[(token + 1)..last]);
        MinorVersion = line[^1] - '0';
        return true;
    }

    // field-line = field-name ":" OWS field-value OWS
    private bool TryField(int start, ReadOnlySpan<byte> line)
    {
        bool isFolded = line[0] is HttpChars.Space or HttpChars.Tab;
        if (isFolded && cursor.Allows(LensLeniency.FoldJoined, start)) return Join(line);
        if (isFolded && !cursor.Allows(LensLeniency.FoldAsField, start)) return TryOdd(_fields.Count == 0 ? HttpRules.SpaceBeforeFields : HttpRules.ObsoleteFold, start);

        line = HttpChars.TrimSpace(line);
        int token = HttpChars.TokenLength(line), colon = line.IndexOf((byte)':');
        if (colon < 0) return TryOdd(HttpRules.ColonMissing, start);

        bool isSpaced = token > 0 && token < colon && HttpChars.SpaceLength(line[token..colon]) == colon - token;
        bool isNamed = token > 0 && (token == colon || (isSpaced && cursor.Allows(LensLeniency.SpaceBeforeColon, start + token)));
        return isNamed ? TryAdd(start, line, token, colon) : TryOdd(isSpaced ? HttpRules.SpaceBeforeColon : HttpRules.InvalidFieldName, start);
    }

    private bool TryAdd(int start, ReadOnlySpan<byte> line, int token, int colon)
    {
        ReadOnlySpan<byte> value = HttpChars.TrimSpace(line[(colon + 1)..]);
        var field = new Field(start, Text(line[..token]), Encoding.Latin1.GetString(value));

        // Whether it still says chunked is judged later.
        bool isObfuscated = cursor.Has(LensLeniency.ObfuscatedCoding) && field.Name.Equals("Transfer-Encoding", StringComparison.OrdinalIgnoreCase);
        if (HttpChars.IndexOfControl(value) >= 0 && !isObfuscated) return TryOdd(HttpRules.InvalidFieldValue, start);
        _fields.Add(field);
        return true;
    }

    private bool TryOdd(ProtocolRule rule, int start) => cursor.Allows(LensLeniency.OddFieldIgnored, start) || cursor.Refuse(rule, start);

    private bool Join(ReadOnlySpan<byte> line)
    {
        if (_fields is not [.., var last] || last.Value.Length + line.Length > MaxFolded) return true;
        _fields[^1] = last with { Value = $"{last.Value} {Encoding.Latin1.GetString(HttpChars.TrimSpace(line))}".Trim() };
        return true;
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes[..Math.Min(bytes.Length, Lens.MaxText)]);

    /// <summary>A field line, and where it begins.</summary>
    public sealed record Field(int Start, string Name, string Value);
}
