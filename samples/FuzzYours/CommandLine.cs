using System.Globalization;

namespace Minimal.FuzzYours;

/// <summary>What to aim at, and how long.</summary>
internal sealed record CommandLine(Uri? Url, bool IsTopic, bool IsElsewhere, int Attacks, TimeSpan Most, ulong Seed)
{
    public const string Usage = """
        FuzzYours: tries a server with what Minimal.Testing generates, and prints what it should not have accepted.

          (nothing)        a small server with planted bugs, in this process: all of them must be found
          URL              http://HOST:PORT/PATH  requests: one mutation each that a strict server refuses, and valid ones in pieces
                           ws://HOST:PORT/PATH    frames to a WebSocket that echoes
          --topic          URL is a topic: publish, poll, cut, and come again
          --elsewhere      URL may be on another host than this one
          --attacks N      for each rule (60)
          --seconds N      in all (90)
          --seed N         the same attacks again (1)

          The framework's web server, to try: dotnet run -c Release --project samples/FuzzYours/Framework, and then http://127.0.0.1:8090/

        It sends malformed requests, and POST with bodies of up to some kilobytes; to a topic it publishes. Aim it only at servers that are yours.

        Exit code: 0, nothing found, or all planted bugs; 1, something found, or a planted bug was not; 2, a wrong argument or nobody there.
        """;

    /// <summary>Reads the arguments; null and what is wrong otherwise.</summary>
    public static CommandLine? Parse(IReadOnlyList<string> arguments, out string wrong)
    {
        var line = new CommandLine(null, false, false, 60, TimeSpan.FromSeconds(90), 1);
        wrong = "";
        for (int n = 0; n < arguments.Count; n++)
        {
            string? value = n + 1 < arguments.Count ? arguments[n + 1] : null;
            CommandLine? next = arguments[n] switch
            {
                "--topic" => line with { IsTopic = true },
                "--elsewhere" => line with { IsElsewhere = true },
                "--attacks" when Number(value) is { } number => line with { Attacks = number },
                "--seconds" when Number(value) is { } number => line with { Most = TimeSpan.FromSeconds(number) },
                "--seed" when Number(value) is { } number => line with { Seed = (ulong)number },
                var url when line.Url is null && Uri.TryCreate(url, UriKind.Absolute, out Uri? uri) && uri.Scheme is "http" or "ws" => line with { Url = uri },
                _ => null,
            };
            if (next is null)
            {
                wrong = $"{arguments[n]} is not understood.";
                return null;
            }

            if (arguments[n] is "--attacks" or "--seconds" or "--seed") n++;
            line = next;
        }

        if (line.Url is { IsLoopback: false } && !line.IsElsewhere) wrong = $"{line.Url.Host} is another host; --elsewhere says that it is yours.";
        if (line.Url is null && line.IsTopic) wrong = "--topic needs a URL.";
        return wrong.Length == 0 ? line : null;
    }

    private static int? Number(string? text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) && number > 0 ? number : null;
}
