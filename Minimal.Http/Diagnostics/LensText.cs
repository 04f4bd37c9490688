namespace Minimal.Http.Diagnostics;

/// <summary>The languages of the lens.</summary>
public enum LensLanguage
{
    /// <summary>English.</summary>
    English,

    /// <summary>Chinese.</summary>
    Chinese,
}

/// <summary>A text of the lens in each of its languages.</summary>
/// <param name="English">English; a sentence has no full stop.</param>
/// <param name="Chinese">The same in Chinese.</param>
public readonly record struct LensText(string English, string Chinese)
{
    /// <summary>The text in one language.</summary>
    public string In(LensLanguage language) => language == LensLanguage.Chinese ? Chinese : English;

    /// <summary>The English text.</summary>
    public override string ToString() => English;
}
