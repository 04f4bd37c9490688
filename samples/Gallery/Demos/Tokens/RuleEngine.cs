using System.Globalization;
using System.Text;

namespace Minimal.Gallery.Demos.Tokens;

/// <summary>
/// A partner in conversation after Weizenbaum's ELIZA (1966): it looks for a keyword, turns the rest of the sentence around (my becomes your), and puts
/// it into one of the answers that the keyword's rule has. It understands nothing. Thread-safe.
/// </summary>
internal sealed class RuleEngine
{
    private static readonly char[] SentenceEnds = ['.', '!', '?', ';', '。', '！', '？', '；', '\n'];

    private readonly int[] _turns = new int[Rules.All.Length];

    /// <summary>Answers a text: by the first rule that has a keyword in it. A rule gives its answers in turn.</summary>
    public string Answer(string text)
    {
        string[] sentences = [.. text.Split(SentenceEnds).Select(Normalize)];
        for (int i = 0; i < Rules.All.Length; i++)
        {
            if (Match(Rules.All[i], sentences) is not { } rest) continue;
            string[] answers = Rules.All[i].Answers;
            uint turn = (uint)Interlocked.Increment(ref _turns[i]) - 1;
            return Fill(answers[turn % answers.Length], rest);
        }

        throw new InvalidOperationException("The last rule takes everything.");
    }

    /// <summary>Cuts an answer into what is said at a time: a word with the space before it, or one character of a script without spaces.</summary>
    public static IEnumerable<string> Cut(string answer)
    {
        var word = new StringBuilder();
        foreach (Rune rune in answer.EnumerateRunes())
        {
            bool startsWord = rune.Value == ' ' || IsIdeograph(rune);
            if (startsWord && word.Length > 0)
            {
                yield return word.ToString();
                word.Clear();
            }

            word.Append(rune);
        }

        if (word.Length > 0) yield return word.ToString();
    }

    /// <summary>What stands behind the keyword; null when there is no keyword.</summary>
    private static string? Match(Rule rule, string[] sentences)
    {
        foreach (string keyword in rule.Keywords)
        {
            // A word is a word; a script without spaces has none to tell apart.
            string looked = keyword.Length > 0 && keyword[0] < 0x80 ? $" {keyword} " : keyword;
            foreach (string sentence in sentences)
            {
                int at = sentence.IndexOf(looked, StringComparison.Ordinal);
                if (at >= 0) return Reflect(sentence[(at + looked.Length)..].Trim());
            }
        }

        return null;
    }

    // A rule whose answers repeat what was said has nothing to repeat where nothing was.
    private static string Fill(string answer, string rest) => string.Format(CultureInfo.InvariantCulture, answer, rest.Length > 0 ? rest : "that");

    private static string Reflect(string words)
    {
        string[] reflected = [.. words.Split(' ').Select(word => Rules.Reflections.GetValueOrDefault(word, word))];
        if (reflected is [.., "I"]) reflected[^1] = "me";
        return string.Join(' ', reflected);
    }

    /// <summary>Lower-case words between single spaces, with one at either end.</summary>
    private static string Normalize(string sentence)
    {
        IEnumerable<char> kept = sentence.ToLowerInvariant().Replace('’', '\'').Select(character => char.IsLetterOrDigit(character) || character is '\'' or '-' ? character : ' ');
        return $" {string.Join(' ', string.Concat(kept).Split(' ', StringSplitOptions.RemoveEmptyEntries))} ";
    }

    private static bool IsIdeograph(Rune rune) => rune.Value is (>= 0x3000 and <= 0x303F) or (>= 0x4E00 and <= 0x9FFF) or (>= 0xFF00 and <= 0xFFEF);
}
