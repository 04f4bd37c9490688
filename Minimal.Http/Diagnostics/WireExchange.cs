using System.Linq;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>A request and its response as a <see cref="WireReader"/> saw them, as far as <see cref="WireContent"/> has to know. Immutable.</summary>
/// <param name="Number">Its place on the connection, from 0.</param>
/// <param name="Method">The method; empty when no request was seen.</param>
/// <param name="Target">The target as it was sent; empty when no request was seen.</param>
/// <param name="RequestFields">The fields of the request.</param>
/// <param name="Status">The status; 0 before the response.</param>
/// <param name="ResponseFields">The fields of the response.</param>
public sealed record WireExchange(
    int Number, string Method, string Target, IReadOnlyList<HttpField> RequestFields, int Status, IReadOnlyList<HttpField> ResponseFields)
{
    /// <summary>The values of all lines of that name in the head of one message, in order; empty when there is none.</summary>
    public IReadOnlyList<string> Values(WireDirection direction, string name)
    {
        IReadOnlyList<HttpField> fields = direction == WireDirection.FromClient ? RequestFields : ResponseFields;
        return [.. fields.Where(field => field.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Select(field => field.Value)];
    }

    /// <summary>The type of a message's content without its parameters: <c>text/event-stream</c>; empty when it does not say.</summary>
    public string MediaType(WireDirection direction)
    {
        string value = Values(direction, "Content-Type") is [string first, ..] ? first : "";
        int end = value.IndexOf(';', StringComparison.Ordinal);
        return (end < 0 ? value : value[..end]).Trim();
    }

    /// <summary>Whether the content is coded (<c>Content-Encoding</c>), so that its type is not what its bytes show.</summary>
    public bool IsCoded(WireDirection direction) =>
        Values(direction, "Content-Encoding").Any(value => !value.Trim().Equals("identity", StringComparison.OrdinalIgnoreCase));
}
