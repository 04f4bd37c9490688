using System.Text;

namespace Minimal.Http.Wire;

/// <summary>The four forms of a request target (RFC 9112 §3.2).</summary>
public enum TargetForm
{
    /// <summary><c>/path?query</c>.</summary>
    Origin,

    /// <summary><c>http://host/path?query</c>: what a client sends to a proxy; a server takes it too.</summary>
    Absolute,

    /// <summary><c>host:port</c>, for CONNECT alone.</summary>
    Authority,

    /// <summary><c>*</c>, for OPTIONS alone: the server as a whole.</summary>
    Asterisk,
}

/// <summary>Where the parts of a request target stand in its bytes.</summary>
internal readonly record struct RequestTarget(TargetForm Form, Range Authority, Range Path, Range? Query)
{
    private const int OnStack = 256;

    /// <summary>Splits a target, as §3.2 gives the forms. The bytes are neither decoded nor changed.</summary>
    public static ProtocolRule? Parse(ReadOnlySpan<byte> target, ReadOnlySpan<byte> method, out RequestTarget parsed)
    {
        parsed = default;
        bool isConnect = method.SequenceEqual("CONNECT"u8);

        // §3.2.4 asterisk-form = "*"
        if (target.SequenceEqual("*"u8))
        {
            parsed = new RequestTarget(TargetForm.Asterisk, default, default, null);
            return method.SequenceEqual("OPTIONS"u8) ? null : HttpRules.InvalidTargetForm;
        }

        // §3.2.1 origin-form = absolute-path [ "?" query ]
        if (target[0] == '/') return isConnect ? HttpRules.InvalidTargetForm : ParsePath(TargetForm.Origin, target, default, 0, out parsed);

        // §3.2.3 authority-form = uri-host ":" port
        if (isConnect)
        {
            parsed = new RequestTarget(TargetForm.Authority, .., default, null);
            return HttpChars.IsHost(target) && HasPort(target) ? null : HttpRules.InvalidAuthority;
        }

        // §3.2.2 absolute-form = absolute-URI
        return ParseAbsolute(target, out parsed);
    }

    // A tunnel to an empty port, or to port 0, leads nowhere (RFC 9110 §9.3.6). A colon in front of a bracket belongs to an IPv6 address.
    private static bool HasPort(ReadOnlySpan<byte> text)
    {
        int colon = text.LastIndexOf((byte)':');
        return colon > text.LastIndexOf((byte)']') && !text[(colon + 1)..].TrimStart((byte)'0').IsEmpty;
    }

    // absolute-URI = scheme "://" authority path-abempty [ "?" query ]
    private static ProtocolRule? ParseAbsolute(ReadOnlySpan<byte> target, out RequestTarget parsed)
    {
        parsed = default;
        int colon = target.IndexOf("://"u8);
        bool isAbsolute = colon > 0 && HttpChars.IsScheme(target[..colon]);
        if (!isAbsolute) return HttpChars.IsTarget(target) ? HttpRules.InvalidTargetForm : HttpRules.InvalidTarget;

        // A request for another scheme is not for this server (RFC 9110 §7.4).
        if (!Ascii.EqualsIgnoreCase(target[..colon], "http"u8)) return HttpRules.Misdirected;

        int start = colon + 3;
        int length = target[start..].IndexOfAny((byte)'/', (byte)'?');
        int end = length < 0 ? target.Length : start + length;
        if (!HttpChars.IsHost(target[start..end])) return HttpRules.InvalidAuthority;
        return ParsePath(TargetForm.Absolute, target, start..end, end, out parsed);
    }

    // absolute-path [ "?" query ]
    private static ProtocolRule? ParsePath(TargetForm form, ReadOnlySpan<byte> target, Range authority, int start, out RequestTarget parsed)
    {
        int mark = target[start..].IndexOf((byte)'?');
        int end = mark < 0 ? target.Length : start + mark;
        parsed = new RequestTarget(form, authority, start..end, mark < 0 ? null : (end + 1)..target.Length);

        if (!HttpChars.IsTarget(target[start..])) return HttpRules.InvalidTarget;
        return HttpChars.HasValidEscapes(target[start..]) ? null : HttpRules.InvalidPercentEncoding;
    }

    /// <summary>
    /// The path that a program works with: percent-decoded once, as UTF-8, with its dot segments removed (RFC 3986 §5.2.4); what is
    /// no UTF-8 becomes U+FFFD. An escaped slash stays <c>%2F</c>, for it is no separator. The path begins with a slash and never
    /// leads above it.
    /// </summary>
    public static string Decode(ReadOnlySpan<byte> path)
    {
        if (path.IsEmpty || path.SequenceEqual("/"u8)) return "/";
        if (path.IndexOf((byte)'%') < 0 && path.IndexOf("/."u8) < 0) return Encoding.ASCII.GetString(path);

        Span<byte> decoded = path.Length <= OnStack ? stackalloc byte[OnStack] : new byte[path.Length];
        int length = 0;
        for (ReadOnlySpan<byte> rest = path; !rest.IsEmpty;)
        {
            int next = rest[1..].IndexOf((byte)'/') + 1;
            ReadOnlySpan<byte> segment = next == 0 ? rest : rest[..next];
            rest = rest[segment.Length..];

            int added = PercentEncoding.Decode(segment, decoded[length..], keepSlash: true);
            ReadOnlySpan<byte> written = decoded.Slice(length, added);
            bool isHere = written.SequenceEqual("/."u8), isUp = written.SequenceEqual("/.."u8);
            if (isUp) length = Math.Max(0, decoded[..length].LastIndexOf((byte)'/'));
            bool isDots = isHere || isUp;
            if (!isDots) length += added;
            else if (rest.IsEmpty) decoded[length++] = (byte)'/';
        }

        return Encoding.UTF8.GetString(decoded[..length]);
    }
}
