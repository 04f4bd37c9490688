using Minimal.Http.Routing;

namespace Minimal.Gallery;

/// <summary>
/// A demo of the collection: the routes of its one source file <c>Demos/Name/NameDemo.cs</c>, and beside them its page, the page's script
/// and that source, as text.
/// </summary>
/// <param name="Name">Its place: <c>/demo/NAME/</c>.</param>
/// <param name="Title">What the collection calls it.</param>
/// <param name="TitleZh">The same in Chinese.</param>
/// <param name="Line">What it is, in a sentence.</param>
/// <param name="LineZh">The same in Chinese.</param>
/// <param name="Routes">What it answers.</param>
internal sealed record Exhibit(string Name, string Title, string TitleZh, string Line, string LineZh, Router Routes)
{
    /// <summary>What its folder and its source are called.</summary>
    public string ClassName { get; init; } = char.ToUpperInvariant(Name[0]) + Name[1..];

    private string SourceName => $"{ClassName}Demo.cs";

    /// <summary>Adds the source to the routes.</summary>
    public void AddSource() => Routes.Get($"/{SourceName}", Asset.Load($"Demos/{ClassName}/{SourceName}").RespondAsync);

    /// <summary>Adds the page and its script to the routes.</summary>
    /// <param name="previous">The neighbour in the collection.</param>
    /// <param name="next">The neighbour on the other side.</param>
    public void AddPage(Exhibit previous, Exhibit next)
    {
        string page = SiteFrame.Fill(
            ("title", Title),
            ("title-zh", TitleZh),
            ("script", "page.js"),
            ("main", Asset.ReadText($"Demos/{ClassName}/page.html")),
            ("source", $"""<a href="{SourceName}">{SourceName}</a> · <a href="page.js">page.js</a>"""),
            ("neighbours", $"""<a href="{previous.Place}" rel="prev">← {previous.Titles}</a> <a href="{next.Place}" rel="next">{next.Titles} →</a>"""));
        Routes.Get("/", Asset.FromText("page.html", page).RespondAsync)
            .Get("/page.js", Asset.Load($"Demos/{ClassName}/page.js").RespondAsync);
    }

    /// <summary>Its entry in the list of all.</summary>
    public string Card() => $"""
            <li><a href="{Place}"><strong>{Titles}</strong> {SiteFrame.Both(Line, LineZh)}</a></li>

        """;

    /// <summary>Its entry in a list of names.</summary>
    public string Link() => $"""
                <li><a href="{Place}">{Titles}</a></li>

        """;

    private string Place => $"/demo/{Name}/";

    private string Titles => SiteFrame.Both(Title, TitleZh);
}
