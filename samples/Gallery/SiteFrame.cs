using System.Net;

namespace Minimal.Gallery;

/// <summary>What all pages of the collection have in common: <c>Demos/frame.html</c>. Words stand in both languages; the style shows one of them.</summary>
internal static class SiteFrame
{
    /// <summary>A whole page.</summary>
    /// <param name="values">What stands where the frame has <c>{{name}}</c>.</param>
    public static string Fill(params (string Name, string Html)[] values) => values.Aggregate(
        Asset.ReadText("Demos/frame.html"),
        static (page, value) => page.Replace($"{{{{{value.Name}}}}}", value.Html, StringComparison.Ordinal));

    /// <summary>Words in both languages.</summary>
    public static string Both(string english, string chinese) =>
        $"""<span lang="en">{WebUtility.HtmlEncode(english)}</span><span lang="zh-CN">{WebUtility.HtmlEncode(chinese)}</span>""";
}
