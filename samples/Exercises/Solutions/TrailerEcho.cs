using Minimal.Http;
using Minimal.Http.Wire;

namespace Exercises.Solutions;

/// <summary>Exercise 3: sends a body back with its trailers.</summary>
internal static class TrailerEcho
{
    private const int MaxBytes = 64 * 1024;

    public static async ValueTask AnswerAsync(HttpExchange exchange)
    {
        // Trailers are there when the body is over, and announcing them is over when the response begins: so first all of the one.
        byte[] body = await exchange.RequestBody.ReadAllAsync(MaxBytes);
        exchange.Response.Fields.Set("Content-Type", "application/octet-stream");
        HttpField[] kept = exchange.RequestBody.Trailers is { } trailers ? [.. trailers.Where(MayBeTrailer)] : [];
        if (kept.Length > 0) exchange.ResponseBody.AnnounceTrailers([.. kept.Select(field => field.Name).Distinct(StringComparer.OrdinalIgnoreCase)]);
        await exchange.ResponseBody.WriteAsync(body);
        foreach (HttpField field in kept) exchange.ResponseBody.Trailers.Add(field.Name, field.Value);
    }

    // The library refuses what no trailer may be (RFC 9110 §6.5.1). That is for programs that choose their trailers; here a client does.
    private static bool MayBeTrailer(HttpField field) =>
        field.Name.StartsWith("X-", StringComparison.OrdinalIgnoreCase) || field.Name.EndsWith("-Digest", StringComparison.OrdinalIgnoreCase);
}
