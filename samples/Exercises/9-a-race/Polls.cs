using System.Globalization;
using Minimal.Http;

namespace Exercises.Race;

/// <summary>
/// Two handlers for <c>GET /?after=N</c>: the message behind the first N, held until there is one. One of them has a race. Before it waits, each
/// says by 102 that it is at it.
/// </summary>
internal static class Polls
{
    /// <summary>Looks, and waits if there was nothing.</summary>
    public static async ValueTask HastyAsync(HttpExchange exchange, Mailbox mailbox)
    {
        int after = After(exchange);
        if (mailbox.Count <= after)
        {
            await exchange.SendInterimAsync(102);
            await mailbox.NextAsync();
        }

        await exchange.RespondAsync(200, mailbox[after]);
    }

    /// <summary>Begins to wait, and looks then.</summary>
    public static async ValueTask SoundAsync(HttpExchange exchange, Mailbox mailbox)
    {
        int after = After(exchange);
        Task next = mailbox.NextAsync();
        if (mailbox.Count <= after)
        {
            await exchange.SendInterimAsync(102);
            await next;
        }

        await exchange.RespondAsync(200, mailbox[after]);
    }

    private static int After(HttpExchange exchange) =>
        int.TryParse(exchange.Request.Query.Replace("after=", "", StringComparison.Ordinal), NumberStyles.None, CultureInfo.InvariantCulture, out int after) ? after : 0;
}
