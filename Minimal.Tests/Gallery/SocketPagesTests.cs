using Microsoft.Extensions.Logging.Abstractions;
using Minimal.Gallery;
using Minimal.Tests.Browser;
using Xunit;

namespace Minimal.Tests.Gallery;

/// <summary>The demos that live on WebSockets, in a browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class SocketPagesTests(Browser.Browser browser)
{
    [BrowserFact]
    public async Task Chat_shows_words_as_text_and_images_by_their_bytes()
    {
        await using SocketServer server = await StartAsync();
        await using BrowserPage page = await OpenAsync(server, "chat");
        await page.EvaluateAsync("window.chats = document.querySelectorAll('.chat')");
        await UntilAsync(page, "[...chats].every(chat => chat.dataset.state === 'open') && chats[1].textContent.includes('2 here: Ann, Ben')");

        await page.EvaluateAsync("chats[0].querySelector('.say input').value = '<img src=x onerror=fail()>', chats[0].querySelector('.say button').click()");
        await UntilAsync(page, "chats[1].querySelector('.said .text')?.textContent === '<img src=x onerror=fail()>'");
        await page.EvaluateAsync("""
            (async () => {
              const image = await new Promise(resolve => Object.assign(document.createElement('canvas'), { width: 30, height: 20 }).toBlob(resolve));
              const data = new DataTransfer(), input = chats[0].querySelector('[type=file]');
              data.items.add(new File([image], 'image.png'));
              input.files = data.files;
              input.dispatchEvent(new Event('change'));
            })()
            """);
        await UntilAsync(page, "chats[1].querySelector('.said img')?.naturalWidth === 30");
        Assert.Empty(page.Errors);
    }

    [BrowserFact]
    public async Task The_lab_sends_a_broken_frame_and_shows_the_rule()
    {
        await using SocketServer server = await StartAsync();
        await using BrowserPage page = await OpenAsync(server, "wslab");
        await UntilAsync(page, "document.querySelectorAll('#received li').length === 3");
        await page.EvaluateAsync("[...document.querySelectorAll('#ready button')].find(button => button.textContent === 'Not masked').click()");
        await UntilAsync(page, "document.getElementById('verdict').textContent.includes('MaskMissing 1002')");
        Assert.Equal("MASK=0 length=5", await page.EvaluateAsync("document.querySelector('#sent .broken b').textContent"));
        Assert.Empty(page.Errors);
    }

    [BrowserFact]
    public async Task A_page_of_another_origin_gets_in_only_where_Origin_is_not_looked_at()
    {
        await using SocketServer server = await StartAsync();
        await using BrowserPage page = await OpenAsync(server, "wslab");
        await UntilAsync(page, "document.querySelectorAll('#origins button').length === 3");
        await page.EvaluateAsync("document.querySelectorAll('#origins button').forEach(button => button.click())");
        await UntilAsync(page, "[...document.querySelectorAll('#origins output')].map(result => result.className).join() === 'open,refused,open'");
    }

    private static Task<SocketServer> StartAsync() => SocketServer.StartAsync(GalleryRoutes.Create(NullLoggerFactory.Instance));

    private async Task<BrowserPage> OpenAsync(SocketServer server, string demo)
    {
        BrowserPage page = await browser.OpenAsync();
        await page.NavigateAsync($"http://{server.Authority}/demo/{demo}/");
        return page;
    }

    /// <summary>Waits within the page until something holds there.</summary>
    private static async Task UntilAsync(BrowserPage page, string condition) => Assert.Equal("true", await page.EvaluateAsync($$"""
        (async () => {
          for (let left = 1000; left > 0; left--) {
            if ({{condition}}) return true;
            await new Promise(resolve => setTimeout(resolve, 10));
          }
          return document.getElementById('main').innerText;
        })()
        """));
}
