using System.Text;
using Minimal.Http;
using Minimal.Http.Wire;

namespace Minimal.Fuzz.Targets;

/// <summary>Handlers of many kinds, chosen by the path.</summary>
internal static class FuzzHandler
{
    private static readonly byte[] Content = Encoding.ASCII.GetBytes(new string('x', 700));

    public static IReadOnlyList<string> Paths { get; } =
        ["/", "/echo", "/part", "/early", "/chunks", "/length", "/empty", "/none", "/close", "/until", "/interim", "/fail", "/late", "/watch", "/abort", "/wait", "/upgrade"];

    public static async ValueTask HandleAsync(HttpExchange exchange)
    {
        switch (exchange.Request.Path)
        {
            case "/echo":
                await exchange.RespondAsync(200, "text/plain", await exchange.RequestBody.ReadAllAsync(500));
                break;
            case "/part":
                _ = await exchange.RequestBody.ReadAsync(new byte[3]);
                await exchange.RespondAsync(200, "part");
                break;
            case "/early":
                await exchange.RespondAsync(200, "early");
                await exchange.RequestBody.ReadAllAsync(500);
                break;
            case "/chunks":
                await WriteAsync(exchange, pieces: 3);
                break;
            case "/length":
                exchange.Response.ContentLength = Content.Length;
                await WriteAsync(exchange, pieces: 1);
                break;
            case "/empty":
                await exchange.RespondAsync(204);
                break;
            case "/none":
                break;
            case "/close":
                exchange.Response.Close = true;
                await exchange.RespondAsync(200, "close");
                break;
            case "/until":
                exchange.Response.CloseDelimited = true;
                await WriteAsync(exchange, pieces: 2);
                break;
            case "/interim":
                await exchange.SendInterimAsync(103, new HttpField("Link", "</a>"));
                await exchange.RespondAsync(200, "interim");
                break;
            case "/fail":
                throw new InvalidOperationException("planted");
            case "/late":
                await WriteAsync(exchange, pieces: 1);
                throw new InvalidOperationException("planted");
            case "/watch":
                _ = exchange.Aborted;
                await exchange.RespondAsync(200, "watch");
                break;
            case "/abort":
                exchange.Abort();
                break;
            case "/wait":
                await Task.Delay(TimeSpan.FromSeconds(3), exchange.Time);
                await exchange.RespondAsync(200, "wait");
                break;
            case "/upgrade" when exchange.Request.Fields.HasMember("Upgrade", "a"):
                await using (UpgradedConnection upgraded = await exchange.SwitchProtocolsAsync("a")) await upgraded.Output.WriteAsync("upgraded"u8.ToArray());
                break;
            default:
                await exchange.RespondAsync(200, "ok");
                break;
        }
    }

    private static async ValueTask WriteAsync(HttpExchange exchange, int pieces)
    {
        for (int n = 0; n < pieces; n++)
        {
            await exchange.ResponseBody.WriteAsync(Content);
            await exchange.ResponseBody.FlushAsync();
        }
    }
}
