using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Minimal.Http;

namespace Exercises.Solutions;

/// <summary>Exercise 5: the protocol <c>sum</c>.</summary>
internal static class SumProtocol
{
    private const int MaxLine = 64;

    public static async ValueTask ServeAsync(HttpExchange exchange)
    {
        if (exchange.Request.MinorVersion == 0 || !exchange.Request.Fields.HasMember("Upgrade", "sum") || !exchange.Request.Fields.HasMember("Connection", "upgrade"))
        {
            exchange.Response.Fields.Set("Upgrade", "sum");
            await exchange.RespondAsync(426, "426 Upgrade Required: the protocol here is sum\n");
            return;
        }

        UpgradedConnection wire = await exchange.SwitchProtocolsAsync("sum");
        long sum = 0;
        while (await ReadLineAsync(wire.Input) is { } line and not "BYE")
        {
            if (!long.TryParse(line, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            {
                await wire.Output.WriteAsync("ERR\n"u8.ToArray());
                return;
            }

            sum += number;
            await wire.Output.WriteAsync(Encoding.ASCII.GetBytes($"{sum}\n"));
        }
    }

    /// <summary>The next line without its end; null behind the last one, and a text that is no number for one that is too long.</summary>
    private static async ValueTask<string?> ReadLineAsync(PipeReader input)
    {
        while (true)
        {
            ReadResult read = await input.ReadAsync();
            if (TakeLine(read.Buffer, out SequencePosition next) is { } line)
            {
                // What stands behind the line is the next one's: it is neither consumed nor looked at.
                input.AdvanceTo(next);
                return line;
            }

            // All of it was looked at and none consumed: the next read comes when there is more.
            input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
            if (read.Buffer.Length > MaxLine) return "";
            if (read.IsCompleted) return null;
        }
    }

    private static string? TakeLine(in ReadOnlySequence<byte> buffer, out SequencePosition next)
    {
        var reader = new SequenceReader<byte>(buffer);
        bool isLine = reader.TryReadTo(out ReadOnlySequence<byte> line, (byte)'\n') && line.Length <= MaxLine;
        next = reader.Position;
        return isLine ? Encoding.ASCII.GetString(line) : null;
    }
}
