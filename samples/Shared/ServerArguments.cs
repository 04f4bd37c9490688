using System.Globalization;

namespace Minimal.Samples;

/// <summary>Where a sample listens, as its command line says it.</summary>
/// <param name="Host">A name or an address; <c>localhost</c> is both loopback addresses.</param>
/// <param name="Port">A port; 0 lets the system choose one.</param>
/// <param name="WantsHelp">Whether the caller only asks what can be said.</param>
internal sealed record ServerArguments(string Host, int Port, bool WantsHelp = false)
{
    /// <summary>Reads <c>--host</c>, <c>--port</c> and <c>--help</c>, with values behind a space or an equals sign.</summary>
    /// <param name="arguments">What was said.</param>
    /// <param name="defaults">What holds where nothing was said.</param>
    /// <param name="error">What is wrong, when the result is null.</param>
    public static ServerArguments? Parse(IReadOnlyList<string> arguments, ServerArguments defaults, out string? error)
    {
        error = null;
        ServerArguments where = defaults;
        var words = new Queue<string>(arguments.SelectMany(argument => argument.StartsWith("--", StringComparison.Ordinal) ? argument.Split('=', 2) : [argument]));
        while (error is null && words.TryDequeue(out string? word))
        {
            where = word switch
            {
                "--help" or "-h" => where with { WantsHelp = true },
                "--host" when words.TryDequeue(out string? host) && host.Length > 0 => where with { Host = host },
                "--port" when words.TryDequeue(out string? port) && TryPort(port, out int number) => where with { Port = number },
                "--host" => Fail("--host wants a name or an address", out error),
                "--port" => Fail("--port wants a number from 0 to 65535", out error),
                _ => Fail($"{word} is no argument of this program", out error),
            };
        }

        return error is null ? where : null;

        ServerArguments Fail(string sentence, out string? error)
        {
            error = sentence;
            return defaults;
        }
    }

    private static bool TryPort(string text, out int port) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= 65535;
}
