using System.Text;

namespace Minimal.WebSocket.Wire;

/// <summary>A parameter of an extension (RFC 6455 §9.1).</summary>
/// <param name="Name">A token.</param>
/// <param name="Value">A token, without the quotes that it may have had; null when there is none.</param>
public sealed record ExtensionParameter(string Name, string? Value = null)
{
    /// <summary>As it stands in the field: <c>server_max_window_bits=15</c>.</summary>
    public override string ToString() => Value is null ? Name : $"{Name}={Value}";
}

/// <summary>One extension of a Sec-WebSocket-Extensions list: an offer, or what was agreed on (RFC 6455 §9.1).</summary>
/// <param name="Name">A token, such as <c>permessage-deflate</c>.</param>
/// <param name="Parameters">The parameters in their order; the same name may stand there twice.</param>
public sealed record Extension(string Name, IReadOnlyList<ExtensionParameter> Parameters)
{
    /// <summary>
    /// Reads all lines of the field as one list (RFC 6455 §11.3.2). Empty elements are passed over, as in every list of HTTP.
    /// </summary>
    /// <param name="lines">The values of the field lines, in order; none is an empty list.</param>
    /// <returns>Null when a line does not follow the grammar, or when there are lines without any element.</returns>
    public static IReadOnlyList<Extension>? ReadList(IReadOnlyList<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        if (lines.Count == 0) return [];
        var list = new List<Extension>();
        foreach (string line in lines)
        {
            if (!TryReadLine(line, list)) return null;
        }

        return list.Count == 0 ? null : list;
    }

    /// <summary>As it stands in the field: <c>permessage-deflate; server_max_window_bits=15</c>.</summary>
    public override string ToString()
    {
        var text = new StringBuilder(Name);
        foreach (ExtensionParameter parameter in Parameters) text.Append("; ").Append(parameter);
        return text.ToString();
    }

    // extension-list = 1#extension
    private static bool TryReadLine(string line, List<Extension> list)
    {
        var reader = new ListReader(line);
        reader.SkipSpace();
        while (!reader.AtEnd)
        {
            if (reader.TryTake(',')) continue;
            if (!TryReadElement(ref reader, out Extension? extension)) return false;
            list.Add(extension!);
            reader.SkipSpace();
            if (!reader.AtEnd && !reader.TryTake(',')) return false;
        }

        return true;
    }

    // extension = extension-token *( ";" extension-param )
    // extension-param = token [ "=" (token | quoted-string) ]
    private static bool TryReadElement(ref ListReader reader, out Extension? extension)
    {
        extension = null;
        if (!reader.TryToken(out string name)) return false;

        var parameters = new List<ExtensionParameter>();
        while (reader.TryTake(';'))
        {
            if (!reader.TryToken(out string parameter)) return false;
            string? value = null;
            if (reader.TryTake('=') && !reader.TryTokenOrQuoted(out value)) return false;
            parameters.Add(new ExtensionParameter(parameter, value));
        }

        extension = new Extension(name, parameters);
        return true;
    }
}
