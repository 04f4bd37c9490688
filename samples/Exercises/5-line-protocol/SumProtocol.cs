using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Minimal.Http;

namespace Exercises.LineProtocol;

/// <summary>The protocol <c>sum</c>: a number a line comes in, the sum so far goes out; <c>BYE</c> ends it.</summary>
internal static class SumProtocol
{
    public static async ValueTask ServeAsync(HttpExchange exchange)
    {
        UpgradedConnection wire = await exchange.SwitchProtocolsAsync("sum");
        long sum = 0;
        while (true)
        {
            ReadResult read = await wire.Input.ReadAsync();
            string line = Encoding.ASCII.GetString(read.Buffer).Trim();
            wire.Input.AdvanceTo(read.Buffer.End);
            if (line == "BYE" || read.IsCompleted) return;

            sum += long.Parse(line, CultureInfo.InvariantCulture);
            await wire.Output.WriteAsync(Encoding.ASCII.GetBytes($"{sum}\n"));
        }
    }
}
