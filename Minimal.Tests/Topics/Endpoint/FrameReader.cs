using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Minimal.Tests.Topics;

/// <summary>
/// A forever frame as a browser reads it: a page that begins with a script and a comment, and then scripts that each call one function with one
/// string. It knows what ends a script and what ends a string, and complains of anything else.
/// </summary>
internal sealed partial class FrameReader
{
    private FrameReader(string callback, IReadOnlyList<string> calls, string rest)
    {
        Callback = callback;
        Calls = calls;
        Rest = rest;
    }

    /// <summary>The function of the page around it.</summary>
    public string Callback { get; }

    /// <summary>The strings that it was called with.</summary>
    public IReadOnlyList<string> Calls { get; }

    /// <summary>What is no whole script yet.</summary>
    public string Rest { get; }

    public static FrameReader Read(string page)
    {
        Match prologue = Prologue().Match(page);
        if (!prologue.Success) return new FrameReader("", [], page);
        var calls = new List<string>();
        string rest = page[prologue.Length..];
        while (rest.Length > 0)
        {
            // HTML ends a script at the first of these, whatever stands around it.
            int end = rest.IndexOf("</script", StringComparison.OrdinalIgnoreCase);
            if (end < 0) break;
            string script = rest[..end];
            if (!script.StartsWith("<script>", StringComparison.Ordinal)) throw new InvalidDataException($"This is no script: {script}");
            if (!rest[end..].StartsWith("</script>\n", StringComparison.Ordinal)) break;
            calls.Add(Argument(script["<script>".Length..]));
            rest = rest[(end + "</script>\n".Length)..];
        }

        return new FrameReader(prologue.Groups["callback"].Value, calls, rest);
    }

    /// <summary>What a script that is one call of <c>r</c> with one string literal calls it with.</summary>
    private static string Argument(string script)
    {
        if (script.Contains("<!--", StringComparison.Ordinal) || script.Contains("<script", StringComparison.OrdinalIgnoreCase)) throw new InvalidDataException("The script changes how it is read.");
        if (!script.StartsWith("r(\"", StringComparison.Ordinal)) throw new InvalidDataException($"This is no call: {script}");
        var text = new StringBuilder();
        int at = 3;
        for (; script[at] != '"'; at++)
        {
            if (script[at] is '\n' or '\r' or '\u2028' or '\u2029') throw new InvalidDataException("A line end in a string.");
            text.Append(script[at] == '\\' ? Escape(script, ref at) : script[at]);
        }

        if (script[at..] != "\")") throw new InvalidDataException($"There is more than a call: {script[at..]}");
        return text.ToString();
    }

    // ECMAScript §12.9.4
    private static char Escape(string script, ref int at)
    {
        char kind = script[++at];
        if (kind != 'u') return kind is '"' or '\\' ? kind : throw new InvalidDataException($"An unknown escape: {kind}");
        at += 4;
        return (char)int.Parse(script.AsSpan(at - 3, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
    }

    [GeneratedRegex("""\A<!DOCTYPE html><html><head><meta charset="utf-8"><title>stream</title></head><body>\n<script>function r\(s\)\{parent\.(?<callback>[\w$.]+)\(JSON\.parse\(s\)\)\}</script>\n<!-- *-->\n""")]
    private static partial Regex Prologue();
}
