using System.Globalization;
using System.Text;
using Minimal.Http.Diagnostics;
using Minimal.WireTool.Inputs;
using Minimal.WireTool.Messages;

namespace Minimal.WireTool.Commands;

/// <summary><c>wire to-test</c>: makes vectors for the tests out of what was recorded.</summary>
internal static class ToTest
{
    public static Command Command { get; } = new("to-test", "FILE", "makes test vectors out of a recording or a capture", $"""
        Prints a Markdown file of vectors, the form in which this project keeps its examples (Minimal.Tests/Vectors/README.md): each message
        with its bytes, and what a strict parser says of it: complete, refused by a rule, or more is needed.

          wire to-test a.wire > Minimal.Tests/Vectors/Http/Found.md
          wire to-test request.hex --title "What the old phone sends"

        Then write above each vector what it shows, and which requirement it proves (Proves: H1-…). Take the expect blocks out and run the
        tests with MINIMAL_UPDATE=1 to have the spans written, too.

          --title TEXT    the heading of the file (Recorded)
          {Input.As}, {Input.Raw}     as for wire explain

        Messages of HTTP are taken; frames behind an upgrade are left out.

        Exit codes: 0 there are vectors; 1 there was no message; 2 the arguments are wrong; 3 the file cannot be read.
        """, RunAsync)
    { Flags = [Input.Raw], Values = [Input.As, "--title"] };

    private static async Task<int> RunAsync(CommandLine line, WireConsole console)
    {
        Input input = await Input.ReadAsync(line[0], line, console);
        var text = new StringBuilder($"# {OneLine(line.Value("--title") ?? "Recorded")}\n");
        int count = 0;
        foreach (Recorded connection in input.IsUpgraded ? [] : Recorded.Of(input.Events))
        {
            foreach ((HttpMessage? message, byte[] bytes) in connection.Requests) AddVector(text, ++count, "request", message, bytes);
            byte[] interim = [];
            foreach (Answer answer in connection.Answers.All.Where(answer => answer.Message is not null || connection.Answers.Complete.Count == 0))
            {
                // Interim responses stand in front of the final one.
                if (answer.Message is { IsInterim: true }) interim = [.. interim, .. answer.Bytes];
                else AddVector(text, ++count, KindOf(answer), answer.Message, [.. interim, .. answer.Bytes]);
                if (answer.Message is not { IsInterim: true }) interim = [];
            }

            if (interim.Length > 0) AddVector(text, ++count, "response", null, interim);
        }

        await console.Out.WriteAsync(text);
        return count > 0 ? ExitCode.Fine : ExitCode.Found;
    }

    private static string KindOf(Answer answer) => answer.Method is "HEAD" or "CONNECT" ? $"response {answer.Method}" : "response";

    private static void AddVector(StringBuilder text, int number, string kind, HttpMessage? message, byte[] bytes)
    {
        string name = message is null ? kind : message.Broken is null ? $"{(message.Status == 0 ? "" : "status ")}{message.Name}" : $"{kind} that breaks {message.Broken.Name}";
        string verdict = message switch
        {
            { Broken: { } rule } => string.Create(CultureInfo.InvariantCulture, $"refused: {rule.Name} ({rule.Code})"),
            { IsComplete: true } => string.Create(CultureInfo.InvariantCulture, $"complete: {bytes.Length} bytes"),
            _ => "need more",
        };
        text.Append(CultureInfo.InvariantCulture, $"\n## {number}. {OneLine(name)}\n\n```{kind}\n");
        foreach (string line in LinesOf(bytes)) text.Append(line).Append('\n');
        text.Append(CultureInfo.InvariantCulture, $"```\n\n```expect\n{verdict}\n```\n");
    }

    private static string OneLine(string text) => WireText.Escape(Encoding.UTF8.GetBytes(text), 80).Replace("`", "'", StringComparison.Ordinal);

    // The bytes of a recording are escaped as those of a vector; a line that would end the block begins with an escape.
    private static IEnumerable<string> LinesOf(byte[] bytes)
    {
        using var file = new StringWriter();
        var writer = new WireFileWriter(file);
        foreach (byte[] piece in bytes.Chunk(WireFileReader.MaxBytes)) writer.Write(Input.BytesOf(WireDirection.FromClient, piece));
        return file.ToString().Split('\n').Where(line => line.StartsWith("  ", StringComparison.Ordinal))
            .Select(line => line[2..]).Select(line => line.StartsWith('`') ? @"\x60" + line[1..] : line);
    }
}
