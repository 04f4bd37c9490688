using Xunit;

namespace Minimal.Tests.Browser;

/// <summary>A Gallery, and a page of a browser to open it in.</summary>
public abstract class PageTests(Browser browser) : IAsyncLifetime
{
    private protected GallerySite Site { get; private set; } = null!;

    private protected BrowserPage Page { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        if (Chromium.Program is null) return;
        Site = await GallerySite.StartAsync();
        Page = await browser.OpenAsync();
    }

    public async Task DisposeAsync()
    {
        if (Page is not null) await Page.DisposeAsync();
        if (Site is not null) await Site.DisposeAsync();
    }

    /// <summary>Waits until an expression of the page is true.</summary>
    private protected async Task UntilAsync(string condition)
    {
        string met = await Page.EvaluateAsync($$"""
            (async () => {
                const late = performance.now() + 15_000;
                while (!({{condition}})) {
                    if (performance.now() > late) return document.body.innerText;
                    await new Promise(go => setTimeout(go, 5));
                }
                return '';
            })()
            """);
        Assert.True(met.Length == 0, $"Not met: {condition}\n\n{met}");
    }

    /// <summary>Waits until something holds outside of the page.</summary>
    private protected static async Task UntilAsync(Func<bool> condition)
    {
        using var late = new CancellationTokenSource(TimeSpan.FromSeconds(20), TimeProvider.System);
        while (!condition())
        {
            late.Token.ThrowIfCancellationRequested();
            await Task.Delay(TimeSpan.FromMilliseconds(5), TimeProvider.System, late.Token);
        }
    }
}
