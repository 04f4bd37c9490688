using System.Text;

namespace Minimal.WireTool;

/// <summary>All that the program sees of its surroundings, so that a test can be them.</summary>
/// <param name="In">Opens the standard input.</param>
/// <param name="Out">What was asked for.</param>
/// <param name="Error">What went wrong.</param>
/// <param name="HasColours">Whether <paramref name="Out"/> shows colours.</param>
/// <param name="Stopping">Ends when the user wants the program to stop.</param>
/// <param name="Time">The clock.</param>
internal sealed record WireConsole(Func<Stream> In, TextWriter Out, TextWriter Error, bool HasColours, Task Stopping, TimeProvider Time)
{
    /// <summary>The process's own. Colours are for terminals, and not for those who said NO_COLOR (no-color.org).</summary>
    public static WireConsole OfSystem(Task stopping)
    {
        bool mayColour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && Environment.GetEnvironmentVariable("TERM") != "dumb";
        return new WireConsole(
            Console.OpenStandardInput, NewWriter(Console.OpenStandardOutput()), NewWriter(Console.OpenStandardError()),
            mayColour && !Console.IsOutputRedirected, stopping, TimeProvider.System);
    }

    // A section sign is not in every console's own encoding.
    private static StreamWriter NewWriter(Stream stream) => new(stream, new UTF8Encoding(false)) { AutoFlush = true, NewLine = "\n" };
}
