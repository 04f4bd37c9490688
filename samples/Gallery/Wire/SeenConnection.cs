using System.Text;
using System.Text.Json;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;

namespace Minimal.Gallery.Wire;

/// <summary>What a viewer knows of a connection: what was asked on it last, which of its exchanges are those of the viewer's page, and what was shown.</summary>
/// <param name="connection">The connection.</param>
/// <param name="page">The path of the page.</param>
internal sealed class SeenConnection(WireConnection connection, string page)
{
    private const int MaxOwn = 100;

    private readonly SortedSet<int> _own = [];
    private readonly long[] _shown = new long[2];
    private string _method = "", _target = "";
    private bool _isReferer;

    public WireConnection Connection => connection;

    /// <summary>Whether it carries a wire view, which would show itself, and itself showing itself.</summary>
    public bool IsView => PathOf(_target) == WireRoom.FeedPath;

    /// <summary>Whether it has a name to be listed by.</summary>
    public bool IsListed => _target.Length > 0 && !IsView;

    /// <summary>Whether the page had an exchange on it.</summary>
    public bool HasOwn => _own.Count > 0;

    /// <summary>Whether the span belongs to an exchange of the page.</summary>
    public bool IsOwn(WireSpan span) => _own.Contains(span.Exchange);

    /// <summary>Takes a span for shown; false when it was shown before.</summary>
    public bool Show(WireSpan span)
    {
        ref long next = ref _shown[(int)span.Direction];
        if (span.Offset < next) return false;
        next = span.End;
        return true;
    }

    /// <summary>Learns from what passes.</summary>
    /// <returns>Whether what is told of the connection has changed.</returns>
    public bool Learn(WireSpan span)
    {
        if (span.Direction != WireDirection.FromClient) return false;
        if (span.Part == WireParts.Method) _method = TextOf(span);
        else if (span.Part == WireParts.Target) return Ask(span);
        else if (span.Part == WireParts.FieldName) _isReferer = TextOf(span).Equals("Referer", StringComparison.OrdinalIgnoreCase);
        else if (span.Part == WireParts.FieldValue && _isReferer) return Own(span, IsPage(TextOf(span)));
        return false;
    }

    /// <summary>Writes it for the list of connections.</summary>
    public void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("id"u8, connection.Id);
        json.WriteString("peer"u8, $"{connection.RemoteEndPoint}");
        json.WriteString("line"u8, $"{_method} {_target}");
        json.WriteBoolean("own"u8, HasOwn);
        if (connection.Closed is not null) json.WriteString("end"u8, $"{connection.End}");
        json.WriteEndObject();
    }

    private bool Ask(WireSpan span)
    {
        _target = TextOf(span);
        string path = PathOf(_target);

        // A handshake has no Referer; what a page opens is below it.
        Own(span, path == page || (page.Length > 1 && path.StartsWith(page, StringComparison.Ordinal)));
        return true;
    }

    private bool Own(WireSpan span, bool isOwn)
    {
        if (!isOwn || !_own.Add(span.Exchange)) return false;
        if (_own.Count > MaxOwn) _own.Remove(_own.Min);
        return true;
    }

    private bool IsPage(string referer) => Uri.TryCreate(referer, UriKind.Absolute, out Uri? uri) && uri.AbsolutePath == page;

    private static string PathOf(string target) => target.Split('?', 2)[0];

    private static string TextOf(WireSpan span) => Encoding.Latin1.GetString(span.Bytes.Span);
}
