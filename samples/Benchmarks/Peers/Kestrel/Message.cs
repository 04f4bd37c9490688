using System.Text;
using System.Text.Json;

namespace Peers.Kestrel;

/// <summary>A published message, and what it looks like in each framing: made once, shared by all who receive it.</summary>
internal sealed class Message(long id, byte[] data)
{
    private byte[]? _json, _line, _event;

    public long Id => id;

    public byte[] Data => data;

    /// <summary>A member of a poll's answer.</summary>
    public byte[] Json => _json ??= JsonSerializer.SerializeToUtf8Bytes(new { id = $"{id}", data = Encoding.UTF8.GetString(data) });

    /// <summary>A line of an NDJSON stream.</summary>
    public byte[] Line => _line ??= [.. Json, (byte)'\n'];

    /// <summary>An event of an SSE stream.</summary>
    public byte[] Event => _event ??= Encoding.UTF8.GetBytes($"id: {id}\ndata: {Encoding.UTF8.GetString(data)}\n\n");
}
