using System.Globalization;

namespace Minimal.Soak;

/// <summary>What the command line asks for.</summary>
internal sealed record SoakOptions
{
    /// <summary>Aims at the server slowly and maliciously instead of soaking it.</summary>
    public bool Attacks { get; init; }

    /// <summary>How long the clients live.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>After how many operations they leave, if that is before.</summary>
    public long Operations { get; init; } = long.MaxValue;

    /// <summary>Clients at a time; of an attack, connections.</summary>
    public int Clients { get; init; } = 2000;

    /// <summary>The longest pause of a client between two operations.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>After how long the ends of a dropped connection see a reset.</summary>
    public TimeSpan Forget { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What chance begins with.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>Whether the server listens with event loops of its own.</summary>
    public bool IsEpoll { get; init; }

    /// <summary>Reads the command line; null when it is wrong.</summary>
    public static SoakOptions? Parse(IReadOnlyList<string> arguments)
    {
        var options = new SoakOptions();
        try
        {
            for (int i = 0; i < arguments.Count; i++)
            {
                options = arguments[i] switch
                {
                    "attacks" => options with { Attacks = true, Clients = 4000 },
                    "--epoll" => options with { IsEpoll = true },
                    "--minutes" => options with { Length = TimeSpan.FromMinutes(double.Parse(arguments[++i], CultureInfo.InvariantCulture)) },
                    "--operations" => options with { Operations = Number(arguments[++i]) },
                    "--clients" => options with { Clients = Number(arguments[++i]) },
                    "--pause" => options with { Pause = TimeSpan.FromMilliseconds(Number(arguments[++i])) },
                    "--forget" => options with { Forget = TimeSpan.FromSeconds(Number(arguments[++i])) },
                    "--seed" => options with { Seed = Number(arguments[++i]) },
                    _ => throw new FormatException(),
                };
            }

            return options;
        }
        catch (Exception e) when (e is FormatException or OverflowException or ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    private static int Number(string text) => int.Parse(text, NumberStyles.None, CultureInfo.InvariantCulture);
}
