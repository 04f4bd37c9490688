namespace Minimal.Http.Wire;

/// <summary>Whether a connection may be used again after a message (RFC 9112 §9.3).</summary>
public static class Persistence
{
    /// <summary>What a request says: true when the client expects to go on. The server may still close.</summary>
    public static bool Decide(RequestHead request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!request.Fields.Has(FieldKind.Connection)) return request.MinorVersion >= 1;

        // 1. The close option: no.
        if (request.Fields.HasMember(FieldKind.Connection, "close")) return false;

        // 2. HTTP/1.1 or later: yes.
        if (request.MinorVersion >= 1) return true;

        // 3. HTTP/1.0 with keep-alive: yes, if the server is willing, and then it says so. 4. Otherwise no.
        return request.Fields.HasMember(FieldKind.Connection, "keep-alive");
    }

    /// <summary>What a response says, read by a client.</summary>
    public static bool Decide(ResponseHead response)
    {
        ArgumentNullException.ThrowIfNull(response);
        if (response.Fields.HasMember("Connection", "close")) return false;
        return response.MinorVersion >= 1 || response.Fields.HasMember("Connection", "keep-alive");
    }
}
