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
        await UntilAsync(page, "[...chats].every(chat => chat.dataset.state === 'open') && chats[1].textContent.includes('2 here: ')");

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
        await UntilAsync(page, "document.querySelectorAll('#passed .from-server [data-span]').length === 6");
        await page.EvaluateAsync("[...document.querySelectorAll('#ready button')].find(button => button.textContent === 'Not masked').click()");
        await UntilAsync(page, "document.getElementById('verdict').textContent.includes('MaskMissing 1002')");
        Assert.Equal("5 05", await page.EvaluateAsync("[...document.querySelectorAll('#passed [data-span].broken')].map(place => place.textContent).join(' ')"));
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

    [BrowserFact]
    public async Task What_is_drawn_on_one_page_is_seen_on_another_that_comes_later()
    {
        await using SocketServer server = await StartAsync();
        await using BrowserPage artist = await OpenAsync(server, "whiteboard");
        await UntilAsync(artist, "document.querySelector('.whiteboard').dataset.state === 'open'");
        await artist.EvaluateAsync("""
            (async () => {
              const board = document.getElementById('board'), box = board.getBoundingClientRect();
              const send = (kind, part) => board.dispatchEvent(new PointerEvent(kind, { pointerId: 1, clientX: box.left + part * box.width, clientY: box.top + part * box.height }));
              send('pointerdown', 0.25);
              for (let part = 0.3; part < 0.75; part += 0.05) send('pointermove', part);
              send('pointerup', 0.75);
            })()
            """);
        await UntilAsync(artist, "document.getElementById('pieces').textContent !== '0'");

        await using BrowserPage late = await OpenAsync(server, "whiteboard");
        await UntilAsync(late, """
            (() => {
              const board = document.getElementById('board');
              return board.getContext('2d').getImageData(board.width / 2, board.height / 2, 1, 1).data[3] > 0;
            })()
            """);
        await late.EvaluateAsync("document.getElementById('clear').click()");
        await UntilAsync(artist, "document.getElementById('pieces').textContent === '0'");
        Assert.Empty(artist.Errors);
        Assert.Empty(late.Errors);
    }

    [BrowserFact]
    public async Task A_question_comes_to_the_page_and_its_answer_is_counted_there()
    {
        await using SocketServer server = await StartAsync();
        await using BrowserPage page = await OpenAsync(server, "quiz");
        await UntilAsync(page, "document.getElementById('players').textContent === '1'");
        await page.EvaluateAsync("document.getElementById('ask').click()");
        await UntilAsync(page, "document.querySelectorAll('#answers button').length === 4");
        await page.EvaluateAsync("document.querySelectorAll('#answers button')[1].click()");
        await UntilAsync(page, "document.querySelectorAll('#answers .count')[1].textContent === '1 · 100 %' && document.getElementById('most').textContent === '1'");
        Assert.Empty(page.Errors);
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
