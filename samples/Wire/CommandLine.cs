using System.Globalization;

namespace Minimal.WireTool;

/// <summary>What was said behind the name of a command: operands, and options in any place. <c>--</c> ends the options.</summary>
internal sealed class CommandLine
{
    private readonly List<string> _operands = [];
    private readonly Dictionary<string, List<string>> _options = [];

    private CommandLine()
    {
    }

    /// <summary>Reads the words for a command. Values stand behind a space or an equals sign.</summary>
    /// <exception cref="ToolException">They are not what the command takes.</exception>
    public static CommandLine Parse(Command command, IEnumerable<string> words)
    {
        var line = new CommandLine();
        var left = new Queue<string>(words);
        bool hasOptions = true;
        while (left.TryDequeue(out string? word))
        {
            if (hasOptions && word == "--") hasOptions = false;
            else if (hasOptions && word.StartsWith("--", StringComparison.Ordinal)) line.AddOption(command, word, left);
            else line._operands.Add(word);
        }

        string[] wanted = command.Operands.Split(' ');
        if (line._operands.Count != wanted.Length) throw Wrong($"wire {command.Name} takes {command.Operands}, and got {line._operands.Count} of {wanted.Length}");
        return line;
    }

    /// <summary>The operand at that place, from 0.</summary>
    public string this[int operand] => _operands[operand];

    /// <summary>Whether the option was given.</summary>
    public bool Has(string option) => _options.ContainsKey(option);

    /// <summary>The value of an option that came last; null when it was not given.</summary>
    public string? Value(string option) => _options.TryGetValue(option, out List<string>? values) ? values[^1] : null;

    /// <summary>All values of an option.</summary>
    public IReadOnlyList<string> Values(string option) => _options.TryGetValue(option, out List<string>? values) ? values : [];

    /// <summary>The value of an option as a whole number within bounds.</summary>
    public int Number(string option, int otherwise, int least, int most)
    {
        if (Value(option) is not { } text) return otherwise;
        bool isNumber = int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number);
        return isNumber && number >= least && number <= most ? number : throw Wrong($"{option} takes a number from {least} to {most}");
    }

    /// <summary>For arguments that no command takes.</summary>
    public static ToolException Wrong(string sentence) => new(ExitCode.WrongArguments, sentence);

    private void AddOption(Command command, string word, Queue<string> left)
    {
        string[] parts = word.Split('=', 2);
        bool takesValue = command.Values.Contains(parts[0]);
        if (!takesValue && !command.Flags.Contains(parts[0])) throw Wrong($"wire {command.Name} knows no {parts[0]}");
        if (!takesValue && parts.Length == 2) throw Wrong($"{parts[0]} takes no value");
        string? value = !takesValue || parts.Length == 2 ? parts[^1] : left.TryDequeue(out string? next) ? next : null;
        if (string.IsNullOrEmpty(value)) throw Wrong($"{parts[0]} takes a value");

        if (!_options.TryGetValue(parts[0], out List<string>? values)) _options[parts[0]] = values = [];
        values.Add(value);
    }
}
