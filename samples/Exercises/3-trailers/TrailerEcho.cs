using Minimal.Http;

namespace Exercises.Trailers;

/// <summary>Sends a body back, as it came.</summary>
internal static class TrailerEcho
{
    private const int MaxBytes = 64 * 1024;

    public static async ValueTask AnswerAsync(HttpExchange exchange)
    {
        byte[] body = await exchange.RequestBody.ReadAllAsync(MaxBytes);
        await exchange.RespondAsync(200, "application/octet-stream", body);
    }
}
