using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generators for the small words of HTTP's grammar.</summary>
public static class HttpTextGen
{
    private const string Digits = "0123456789";
    private const string Letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    private const string Visible = """!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~""" + Digits + Letters;

    // token = 1*tchar (RFC 9110 §5.6.2)
    /// <summary>A token of 1 to 12 characters.</summary>
    public static Gen<string> Token { get; } = Text("!#$%&'*+-.^_`|~" + Digits + Letters, least: 1, most: 12);

    // OWS = *( SP / HTAB ) (RFC 9110 §5.6.3)
    /// <summary>Optional white space, mostly none or one space.</summary>
    public static Gen<string> OptionalSpace { get; } = Gen.Frequency(
        (4, Gen.Constant(" ")),
        (4, Gen.Constant("")),
        (1, Text(" \t", least: 1, most: 4)));

    // field-value = *field-content; inside of it, white space and obs-text (RFC 9110 §5.5)
    /// <summary>A field value that does not begin or end with white space; may be empty.</summary>
    public static Gen<string> FieldValue { get; } = Gen.Frequency(
        (1, Gen.Constant("")),
        (6, Text(Visible, least: 1, most: 20)),
        (3, from first in Text(Visible, least: 1, most: 1)
            from middle in Text(Visible + "  \t\u0080\u00C3\u00A9\u00FF", least: 0, most: 30)
            from last in Text(Visible + "\u0080\u00FF", least: 1, most: 1)
            select first + middle + last));

    // quoted-string = DQUOTE *( qdtext / quoted-pair ) DQUOTE (RFC 9110 §5.6.4)
    /// <summary>A quoted string with its quotes.</summary>
    public static Gen<string> QuotedString { get; } =
        from parts in Gen.ArrayOf(Gen.OneOf(Text("!#$%&'()*+,-./:;<=>?@[]^_`{|}~ \t" + Letters, 1, 4), Gen.Elements("\\\"", "\\\\", "\\a")), 3)
        select $"\"{string.Concat(parts)}\"";

    // chunk-ext = *( BWS ";" BWS chunk-ext-name [ BWS "=" BWS chunk-ext-val ] ) (RFC 9112 §7.1.1)
    /// <summary>The extensions of a chunk, mostly none.</summary>
    public static Gen<string> ChunkExtension { get; } = Gen.Frequency(
        (5, Gen.Constant("")),
        (2, OneExtension()),
        (1, Gen.Two(OneExtension()).Select(two => two.Item1 + two.Item2)));

    /// <summary>A text of <paramref name="least"/> to <paramref name="most"/> characters, each from <paramref name="characters"/>.</summary>
    public static Gen<string> Text(string characters, int least, int most)
    {
        ArgumentNullException.ThrowIfNull(characters);
        return from length in Gen.Choose(least, most)
               from text in Gen.ArrayOf(Gen.Elements(characters.ToCharArray()), length)
               select new string(text);
    }

    private static Gen<string> OneExtension()
    {
        Gen<string> space = Gen.Frequency((5, Gen.Constant("")), (1, Gen.Constant(" ")), (1, Gen.Constant("\t")));
        Gen<string> punctuated(string mark) => Gen.Two(space).Select(around => around.Item1 + mark + around.Item2);
        Gen<string> value = from sign in punctuated("=")
                            from text in Gen.OneOf(Token, QuotedString)
                            select sign + text;
        return from semicolon in punctuated(";")
               from name in Token
               from rest in Gen.OneOf(Gen.Constant(""), value)
               select semicolon + name + rest;
    }
}
