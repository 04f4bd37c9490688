using System.Text;

namespace Minimal.Http.Topics;

/// <summary>Takes the values of list fields apart (RFC 9110 §5.6.1, §5.6.4). Total: every text has an answer.</summary>
internal static class FieldList
{
    /// <summary>The members between separators, without white space around them. A separator within a quoted string is none.</summary>
    public static List<string> Split(string text, char separator)
    {
        List<string> members = [];
        bool isQuoted = false;
        int start = 0;
        for (int at = 0; at < text.Length; at++)
        {
            if (text[at] == '"') isQuoted = !isQuoted;
            else if (text[at] == '\\' && isQuoted) at++;
            else if (text[at] == separator && !isQuoted)
            {
                members.Add(text[start..at].Trim(' ', '\t'));
                start = at + 1;
            }
        }

        members.Add(text[start..].Trim(' ', '\t'));
        return members;
    }

    /// <summary>What a word stands for: a quoted string without its quotes and the backslashes of its pairs, a token as it is (RFC 9110 §5.6.4).</summary>
    // word = token / quoted-string
    public static string Unquote(string word)
    {
        if (word is not ['"', .., '"']) return word;
        var text = new StringBuilder();
        for (int at = 1; at < word.Length - 1; at++)
        {
            if (word[at] == '\\') at++;
            text.Append(word[at]);
        }

        return text.ToString();
    }

    /// <summary>The weight among a member's parameters, in thousandths; 1000 when there is none, 0 when it is none (RFC 9110 §12.4.2).</summary>
    // weight = OWS ";" OWS "q=" qvalue
    public static int Weight(IEnumerable<string> parameters)
    {
        foreach (string parameter in parameters)
        {
            if (parameter.StartsWith("q=", StringComparison.OrdinalIgnoreCase)) return Thousandths(parameter.AsSpan(2));
        }

        return 1000;
    }

    // qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )
    private static int Thousandths(ReadOnlySpan<char> value)
    {
        bool isForm = value.Length is > 0 and <= 5 && value[0] is '0' or '1' && (value.Length == 1 || value[1] == '.');
        if (!isForm || value[Math.Min(2, value.Length)..].ContainsAnyExceptInRange('0', '9')) return 0;
        int thousandths = value[0] == '1' ? 1000 : 0;
        int unit = 100;
        for (int at = 2; at < value.Length; at++, unit /= 10) thousandths += (value[at] - '0') * unit;
        return thousandths <= 1000 ? thousandths : 0;
    }
}
