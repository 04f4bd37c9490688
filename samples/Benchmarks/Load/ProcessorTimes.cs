using System.Globalization;

namespace Benchmarks.Load;

/// <summary>What the machine's processors have done so far, in all and for a server: to tell how much other programs disturb.</summary>
/// <param name="Busy">Seconds, over all processors.</param>
/// <param name="All">Seconds, busy or not.</param>
/// <param name="Server">Seconds of the server's processes.</param>
internal readonly record struct ProcessorTimes(double Busy, double All, double Server)
{
    // /proc counts in hundredths of a second on every Linux in use.
    private const double Ticks = 100;

    public static ProcessorTimes Read(IEnumerable<int> pids)
    {
        double[] times = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(Parse)];
        double idle = times[3] + times[4];
        return new ProcessorTimes((times.Take(8).Sum() - idle) / Ticks, times.Take(8).Sum() / Ticks, pids.Sum(Of));
    }

    /// <summary>The part of the machine that neither server nor generator took, 0 to 1.</summary>
    public double OthersShareSince(ProcessorTimes before, double generator) =>
        Math.Clamp((Busy - before.Busy - (Server - before.Server) - generator) / Math.Max(All - before.All, 0.01), 0, 1);

    private static double Of(int pid)
    {
        // The name in brackets may hold anything; user and system time are the 12th and 13th value behind it.
        string[] values = File.ReadAllText($"/proc/{pid}/stat").Split(')')[^1].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return (Parse(values[11]) + Parse(values[12])) / Ticks;
    }

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
