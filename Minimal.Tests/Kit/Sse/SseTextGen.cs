using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Texts in which what means something to event streams is likely.</summary>
public static class SseTextGen
{
    private static readonly Gen<string> Character = Gen.Frequency(
        (6, Gen.Elements("a", "b", ":", " ", "0", "data: ", "id: ")),
        (3, Gen.Elements("\t", "\0", "\u0085", "\u2028", "\uFEFF", "é", "€", "😀", "\uD83D", "\uDE00")));

    /// <summary>One line: any characters but CR and LF, halves of surrogate pairs among them.</summary>
    public static Gen<string> Line { get; } = Character.ListOf().Select(string.Concat);

    /// <summary>One line of whole characters.</summary>
    public static Gen<string> WholeLine { get; } = Line.Select(line => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(line)));

    /// <summary>Any number of lines, with all three line ends.</summary>
    public static Gen<string> Lines { get; } =
        Gen.Frequency((3, Character), (2, Gen.Elements("\n", "\r", "\r\n"))).ListOf().Select(string.Concat);
}
