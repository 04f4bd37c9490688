using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using Minimal.Http;

namespace Minimal.Gallery;

/// <summary>A file of the site, embedded in the program. A browser that has it already is told so by 304 (RFC 9110 §13.1.2).</summary>
internal sealed class Asset
{
    // Scripts, styles and data come from here alone, whatever a message may contain; images from messages too, and WebSockets of this machine, which has two names.
    private const string Policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self' ws://localhost:* ws://127.0.0.1:*; frame-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'";

    private readonly byte[] _content;
    private readonly string _type, _tag;

    private Asset(string name, byte[] content)
    {
        _content = content;
        _type = TypeOf(name);
        _tag = $"\"{Convert.ToHexStringLower(SHA256.HashData(content).AsSpan(0, 8))}\"";
    }

    /// <summary>A file by its path below the project.</summary>
    public static Asset Load(string path) => new(path, Read(path));

    /// <summary>A file that the program makes itself.</summary>
    /// <param name="name">Its name, which says its type.</param>
    /// <param name="text">What is in it.</param>
    public static Asset FromText(string name, string text) => new(name, Encoding.UTF8.GetBytes(text));

    /// <summary>A file's text, by its path below the project.</summary>
    public static string ReadText(string path) => Encoding.UTF8.GetString(Read(path));

    /// <summary>All files of a folder, by their names.</summary>
    public static IEnumerable<(string Name, Asset Asset)> LoadAll(string folder)
    {
        string prefix = $"{folder}/";
        foreach (string path in Assembly.GetExecutingAssembly().GetManifestResourceNames())
        {
            if (path.StartsWith(prefix, StringComparison.Ordinal)) yield return (path[prefix.Length..], Load(path));
        }
    }

    /// <summary>Answers GET and HEAD.</summary>
    public ValueTask RespondAsync(HttpExchange exchange)
    {
        exchange.Response.Fields.Set("ETag", _tag);
        exchange.Response.Fields.Set("Cache-Control", "no-cache");
        if (IsKnown(exchange.Request.Fields.Combined("If-None-Match"))) return exchange.RespondAsync(304);

        exchange.Response.Fields.Set("X-Content-Type-Options", "nosniff");
        exchange.Response.Fields.Set("Content-Security-Policy", Policy);
        return exchange.RespondAsync(200, _type, _content);
    }

    // If-None-Match = "*" / #entity-tag, compared weakly
    private bool IsKnown(string? tags) =>
        tags is not null && tags.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == "*" || tag == _tag || tag == $"W/{_tag}");

    private static byte[] Read(string path)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(path) ?? throw new FileNotFoundException("There is no such file in the program.", path);
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".cs" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
}
