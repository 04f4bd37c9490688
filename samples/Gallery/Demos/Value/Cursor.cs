using System.Globalization;

namespace Minimal.Gallery.Demos.Value;

/// <summary>A place in the value's history: behind one message. As text <c>9f3a51c0-42</c>: which life of the server, and the number of the message.</summary>
internal readonly record struct Cursor(uint Epoch, long Sequence)
{
    public static bool TryParse(string text, out Cursor cursor)
    {
        cursor = default;
        if (text.Split('-') is not [var epoch, var sequence]) return false;
        if (!uint.TryParse(epoch, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint life)) return false;
        if (!long.TryParse(sequence, NumberStyles.None, CultureInfo.InvariantCulture, out long number)) return false;
        cursor = new Cursor(life, number);
        return true;
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Epoch:x}-{Sequence}");
}
