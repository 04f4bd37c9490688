using System.Globalization;

namespace Minimal.Fuzz;

/// <summary>What the command line says.</summary>
internal sealed record FuzzArguments
{
    /// <summary>What is printed for <c>--help</c>.</summary>
    public const string Help =
        """
        Fuzzes the libraries: looks for bytes for which something does not hold.

          Fuzz TARGET [--minutes N | --executions N] [--seed S] [--corpus DIR]
          Fuzz all …                    every target in turn
          Fuzz list                     the targets, and what each of them checks
          Fuzz TARGET --replay FILE     checks the bytes of one file, and shows what fails
          Fuzz TARGET --minimise        rewrites the corpus: the fewest and shortest inputs that go every way
          Fuzz TARGET --stdin [FILE]    one input from standard input or a file, for other fuzzers: aborts when something fails
          Fuzz TARGET --afl FILE        runs under afl-fuzz, led by its coverage; FILE is @@
          Fuzz TARGET --export DIR      writes the corpus as files, for the same

          --minutes N      how long, for each target; 0.5 is half a minute. Default: 1
          --executions N   stops after so many inputs instead
          --stop           ends at the first finding
          --seed S         the same seed over the same corpus does the same. Default: 1
          --corpus DIR     where TARGET.txt is, a line of escaped bytes for each input. Default: Minimal.Tests/Fuzz/Corpus

        A finding is shrunk, printed, and saved in artifacts/fuzz/TARGET/. What went new ways is saved there too, in corpus.txt, and
        the next run goes on from it; --minimise takes it over into the corpus.

        Example: dotnet run -c Release --project Minimal.Tests/Fuzz -- request-head --minutes 5

        Exit code: 0 nothing was found, 1 something was found, 2 the arguments are wrong.
        """;

    public required string Target { get; init; }

    public TimeSpan Time { get; init; } = TimeSpan.FromMinutes(1);

    public long? Executions { get; init; }

    public int Seed { get; init; } = 1;

    public string? Corpus { get; init; }

    public string? Replay { get; init; }

    public string? Afl { get; init; }

    public string? Export { get; init; }

    public bool Minimises { get; init; }

    public bool Stops { get; init; }

    public bool ReadsOne { get; init; }

    /// <summary>Where the one input is; null is standard input.</summary>
    public string? One { get; init; }

    /// <exception cref="FormatException">The arguments are wrong; the message says which.</exception>
    public static FuzzArguments Parse(IReadOnlyList<string> args)
    {
        if (args.Count == 0) throw new FormatException("Say what to fuzz.");
        var arguments = new FuzzArguments { Target = args[0] };
        for (int at = 1; at < args.Count; at++)
        {
            string? value = at + 1 < args.Count && !args[at + 1].StartsWith("--", StringComparison.Ordinal) ? args[at + 1] : null;
            arguments = arguments.With(args[at], value);
            if (value is not null) at++;
        }

        return arguments;
    }

    private FuzzArguments With(string name, string? value) => (name, value) switch
    {
        ("--minimise", null) => this with { Minimises = true },
        ("--stop", null) => this with { Stops = true },
        ("--stdin", _) => this with { ReadsOne = true, One = value },
        (_, null) => throw new FormatException($"{name} is unknown, or needs a value."),
        ("--minutes", _) => this with { Time = TimeSpan.FromMinutes(Number(name, value)) },
        ("--executions", _) => this with { Executions = (long)Number(name, value) },
        ("--seed", _) => this with { Seed = (int)Number(name, value) },
        ("--corpus", _) => this with { Corpus = value },
        ("--replay", _) => this with { Replay = value },
        ("--afl", _) => this with { Afl = value },
        ("--export", _) => this with { Export = value },
        _ => throw new FormatException($"{name} is unknown, or has no value."),
    };

    private static double Number(string name, string value) =>
        double.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number)
            ? number
            : throw new FormatException($"{name} needs a number, and {value} is none.");
}
