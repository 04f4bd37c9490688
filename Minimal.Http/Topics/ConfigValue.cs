using System.Security.Cryptography;
using System.Text.Unicode;

namespace Minimal.Http.Topics;

/// <summary>One version of one value, with everything that a reply says of it. Immutable.</summary>
/// <param name="id">The message that brought it.</param>
/// <param name="data">The value.</param>
internal sealed class ConfigValue(Cursor id, ReadOnlyMemory<byte> data)
{
    private string? _md5;

    public Cursor Id { get; } = id;

    public ReadOnlyMemory<byte> Data { get; } = data;

    /// <summary>The digest that clients of Nacos compare, in lower-case hexadecimal. It protects nothing.</summary>
#pragma warning disable CA5351 // What clients hold is MD5.
    public string Md5 => _md5 ??= Convert.ToHexStringLower(MD5.HashData(Data.Span));
#pragma warning restore CA5351

    /// <summary>The same as an entity tag (RFC 9110 §8.8.3): it tells by the value, so a restart changes nothing for who has that value.</summary>
    public string ETag => $"\"{Md5}\"";

    public string ContentType
    {
        get
        {
            if (JsonText.IsJson(Data.Span)) return "application/json";
            return Utf8.IsValid(Data.Span) ? "text/plain; charset=utf-8" : "application/octet-stream";
        }
    }
}
