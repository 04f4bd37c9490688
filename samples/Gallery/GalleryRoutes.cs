using Microsoft.Extensions.Logging;
using Minimal.Gallery.Demos.Value;
using Minimal.Http.Routing;

namespace Minimal.Gallery;

/// <summary>
/// Which part answers which path. A demo is one source file and one page in Demos/NAME: a router of its own, mounted under
/// <c>/demo/NAME</c>, whose page names everything of its own by relative URLs. The front page is one of them.
/// </summary>
internal static class GalleryRoutes
{
    public static Router Create(ILoggerFactory logging)
    {
        Router value = new ValueDemo(logging).Routes;

        var site = new Router();
        foreach ((string name, Asset asset) in Asset.LoadAll("Site")) site.Get($"/{name}", asset.RespondAsync);

        return new Router()
            .Mount("/site", site)
            .Mount("/demo/value", value)
            .Mount("/", value);
    }
}
