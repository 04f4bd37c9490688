using System.Text.RegularExpressions;
using Microsoft.Extensions.Logging.Abstractions;
using Minimal.Gallery;
using Xunit;

namespace Minimal.Tests.Gallery;

/// <summary>What is true of all demos.</summary>
public sealed partial class CollectionTests
{
    private static readonly string[] All =
    [
        "clock", "reminders", "data", "score", "config", "stream", "gap", "events", "log", "monitor", "tokens", "variants", "chat", "wslab", "wire", "whiteboard", "quiz",
    ];

    public static TheoryData<string> Names => [.. All];

    [Fact]
    public async Task The_collection_lists_every_demo()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(GalleryRoutes.Create(NullLoggerFactory.Instance));
        string page = await server.Client.GetStringAsync("/demo/");
        Assert.Equal(All.Prepend("value").Select(name => $"/demo/{name}/").Order(), DemoLinks().Matches(page).Select(match => match.Value).Order());
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_demo_has_a_page_a_script_and_its_source(string name)
    {
        await using MemoryServer server = await MemoryServer.StartAsync(GalleryRoutes.Create(NullLoggerFactory.Instance));
        string page = await server.Client.GetStringAsync($"/demo/{name}/");
        string source = SourceLinks().Match(page).Groups[1].Value;

        Assert.Contains($"class {source[..^3]}", await server.Client.GetStringAsync($"/demo/{name}/{source}"), StringComparison.Ordinal);
        Assert.Contains("from \"/site/lane.js\"", await server.Client.GetStringAsync($"/demo/{name}/page.js"), StringComparison.Ordinal);
        Assert.DoesNotContain("{{", page, StringComparison.Ordinal);
        Assert.Equal(3, Regex.Count(page, "<h2>"));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_page_says_everything_in_both_languages_and_takes_nothing_from_elsewhere(string name)
    {
        await using MemoryServer server = await MemoryServer.StartAsync(GalleryRoutes.Create(NullLoggerFactory.Instance));
        string page = await server.Client.GetStringAsync($"/demo/{name}/");

        // The one that is left over is the page's own language.
        Assert.Equal(Regex.Count(page, "lang=\"en\"") - 1, Regex.Count(page, "lang=\"zh-CN\""));
        Assert.DoesNotContain("://", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_front_page_is_a_demo_too_and_leads_to_all_others()
    {
        await using MemoryServer server = await MemoryServer.StartAsync(GalleryRoutes.Create(NullLoggerFactory.Instance));
        Assert.Equal(await server.Client.GetStringAsync("/"), await server.Client.GetStringAsync("/demo/value/"));
        Assert.Equal(All.Select(name => $"/demo/{name}/"), DemoLinks().Matches(await server.Client.GetStringAsync("/")).Select(match => match.Value));
        Assert.Contains("class ValueDemo", await server.Client.GetStringAsync("/ValueDemo.cs"), StringComparison.Ordinal);
        Assert.Equal("""{"held":0,"updates":0}""", await server.Client.GetStringAsync("/status"));
    }

    [GeneratedRegex("(?<=<li><a href=\")/demo/[a-z]+/")]
    private static partial Regex DemoLinks();

    [GeneratedRegex("href=\"([A-Za-z]+Demo\\.cs)\"")]
    private static partial Regex SourceLinks();
}
