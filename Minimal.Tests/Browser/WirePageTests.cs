using System.Text.Json.Nodes;
using Xunit;

namespace Minimal.Tests.Browser;

/// <summary>The wire view in a browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class WirePageTests(Browser browser) : PageTests(browser)
{
    private const string Lines = "[...document.querySelectorAll('.wire-view .wire-line')].map(line => line.firstChild.textContent)";

    [BrowserFact]
    public async Task The_view_is_closed_until_it_is_opened_and_then_stays_open_on_every_page()
    {
        await OpenAsync("/demo/reminders/");
        await UntilAsync("document.querySelector('.wire-toggle')?.getAttribute('aria-expanded') === 'false'");
        Assert.Equal("true", await Page.EvaluateAsync("document.getElementById('wire').hidden"));
        Assert.Equal(0, Site.Of("/wire/feed").Requests);

        await ToggleAsync();
        await UntilAsync($"{Lines}.includes('GET /demo/reminders/ HTTP/1.1\\\\r\\\\n')");
        foreach (string page in (string[])["/", "/demo/", "/demo/chat/"])
        {
            await OpenAsync(page);
            await UntilAsync($"{Lines}.includes('GET {page} HTTP/1.1\\\\r\\\\n')");
        }

        // By the keyboard it closes too, gives the focus back and lets go of its connection.
        await Page.EvaluateAsync("document.querySelector('.wire-view .wire-close').focus()");
        await PressAsync("Escape");
        await UntilAsync("document.getElementById('wire').hidden && document.activeElement === document.querySelector('.wire-toggle')");
        await UntilAsync(() => Site.Of("/wire/feed").Now == 0);
        await OpenAsync("/demo/");
        Assert.Equal("true", await Page.EvaluateAsync("document.getElementById('wire').hidden"));
        Assert.Empty(Page.Errors);
    }

    [BrowserFact]
    public async Task A_long_poll_an_event_stream_and_a_WebSocket_are_shown_while_they_live()
    {
        await OpenAsync("/demo/reminders/");
        await ToggleAsync();
        await UntilAsync($"{Lines}.some(line => line.startsWith('GET /demo/reminders/api/reminders/wait'))");
        await Page.EvaluateAsync("document.getElementById('five').click()");
        await UntilAsync($"{Lines}.some(line => line.startsWith('HTTP/1.1 200 OK')) && {Lines}.some(line => line.startsWith('POST /demo/reminders/'))");

        await OpenAsync("/demo/events/");
        await UntilAsync($"{Lines}.includes('data: Connected\\\\n')");

        await OpenAsync("/demo/chat/");
        await UntilAsync("document.querySelector('.wire-view .divided') !== null");
        await LightAsync("focus", "document.querySelector('.wire-view .divided')");
        Assert.Equal("FIN RSV1 RSV2 RSV3 opcode", await Page.EvaluateAsync("[...document.querySelectorAll('.wire-view .wire-bits li span')].map(field => field.textContent).join(' ')"));
        Assert.Empty(Page.Errors);
    }

    [BrowserFact]
    public async Task What_is_pointed_at_lights_up_as_text_and_as_bytes_and_is_explained_in_both_languages()
    {
        await OpenAsync("/demo/events/");
        await ToggleAsync();
        await UntilAsync($"{Lines}.includes('GET /demo/events/ HTTP/1.1\\\\r\\\\n')");
        const string Method = "[...document.querySelectorAll('.wire-view .wire-text [data-span]')].find(span => span.textContent === 'GET')";
        foreach (string way in (string[])["hover", "focus", "tap"])
        {
            await Page.EvaluateAsync("document.querySelectorAll('.wire-view .wire-text [data-span]')[7].click()");
            await LightAsync(way, Method);
            Assert.Equal("GET|47 45 54", await Page.EvaluateAsync("[...document.querySelectorAll('.wire-view .lit')].map(place => place.textContent).join('|')"));
            Assert.Equal("method", await Page.EvaluateAsync("document.querySelector('.wire-part b').textContent"));
        }

        // From the bytes to the text, and on with the arrow keys.
        await LightAsync("hover", "document.querySelectorAll('.wire-view .wire-bytes [data-span]')[2]");
        Assert.Equal("request-target", await Page.EvaluateAsync("document.querySelector('.wire-part b').textContent"));
        Assert.Equal("what the request is about.", await Page.EvaluateAsync("document.querySelector('.wire-sentence').innerText"));
        await Page.EvaluateAsync("document.querySelector('[data-language=zh]').click()");
        Assert.Equal("请求针对的是什么。", await Page.EvaluateAsync("document.querySelector('.wire-sentence').innerText"));
        await Page.EvaluateAsync($"{Method}.focus()");
        await PressAsync("ArrowRight");
        await PressAsync("ArrowRight");
        Assert.Equal("request-target", await Page.EvaluateAsync("document.querySelector('.wire-part b').textContent"));
        Assert.Empty(Page.Errors);
    }

    [BrowserFact]
    public async Task It_can_be_paused_sifted_cleared_copied_and_saved()
    {
        await OpenAsync("/demo/clock/");
        await ToggleAsync();
        await UntilAsync($"{Lines}.some(line => line.startsWith('GET /demo/clock/clock'))");

        // Paused, nothing is added but what waits.
        await PressButtonAsync("Pause");
        string count = await Page.EvaluateAsync("String(document.querySelectorAll('.wire-view .wire-line').length)");
        await UntilAsync("/^\\d+ waiting/.test(document.querySelector('.wire-dropped').innerText)");
        Assert.Equal(count, await Page.EvaluateAsync("String(document.querySelectorAll('.wire-view .wire-line').length)"));
        await PressButtonAsync("Resume");
        await UntilAsync($"document.querySelectorAll('.wire-view .wire-line').length > {count} && document.querySelector('.wire-dropped').innerText.trim() === ''");

        // Sifted by direction and by text, also what comes later.
        const string Shown = "[...document.querySelectorAll('.wire-view .wire-line')].filter(line => line.offsetParent).map(line => line.firstChild.textContent)";
        await Page.EvaluateAsync("(() => { const choice = document.querySelectorAll('.wire-view select')[1]; choice.value = '<'; choice.dispatchEvent(new Event('change')); })()");
        await Page.EvaluateAsync("(() => { const words = document.querySelector('.wire-view [type=search]'); words.value = 'status-code'; words.dispatchEvent(new Event('input')); })()");
        string answers = await Page.EvaluateAsync($"String({Shown}.length)");
        await UntilAsync($"{Shown}.length > {answers}");
        Assert.Equal("true", await Page.EvaluateAsync($"{Shown}.every(line => line.startsWith('HTTP/1.1 '))"));

        // What is copied is what is shown.
        await Page.EvaluateAsync("void Object.defineProperty(navigator, 'clipboard', { value: { writeText: text => { window.copied = text; } } })");
        await Page.EvaluateAsync("document.querySelector('.wire-copy').click()");
        await UntilAsync("/^<  +\\d+  48 54 54 …   HTTP\\/1\\.1 +HTTP-version +RFC 9112 §2\\.3$/m.test(window.copied)");

        // What is saved is the connections of what is shown.
        await Page.EvaluateAsync("HTMLAnchorElement.prototype.click = function () { window.saved = this.href; }, 0");
        await Page.EvaluateAsync("document.querySelector('.wire-download').click()");
        Assert.StartsWith("wire 1\n", await Page.EvaluateAsync("fetch(window.saved).then(answer => answer.text())"), StringComparison.Ordinal);

        await PressButtonAsync("Pause");
        await PressButtonAsync("Clear");
        Assert.Equal("0", await Page.EvaluateAsync("document.querySelectorAll('.wire-view .wire-line').length"));
        Assert.Empty(Page.Errors);
    }

    [BrowserFact]
    public async Task Bytes_by_hand_are_answered_with_the_rule_and_the_lens()
    {
        await OpenAsync("/demo/wire/");
        await UntilAsync("document.querySelectorAll('#ready button').length > 15");
        await ChooseAsync("CL.TE");
        await UntilAsync("document.getElementById('verdict').innerText.startsWith('LengthAndCoding 400')");
        Assert.Equal("https://www.rfc-editor.org/rfc/rfc9112#section-6.3", await Page.EvaluateAsync("document.querySelector('#verdict a').href"));
        Assert.Equal("Content-Length", await Page.EvaluateAsync("document.querySelector('#passed .wire-text .broken').textContent"));
        Assert.Equal("GET /admin", await Page.EvaluateAsync("document.querySelectorAll('#readings tr')[1].querySelectorAll('code')[1].textContent"));
        Assert.StartsWith("A request can be smuggled", await Page.EvaluateAsync("document.getElementById('lens-verdict').innerText"), StringComparison.Ordinal);
        await Page.EvaluateAsync("document.querySelector('[data-language=zh]').click()");
        Assert.StartsWith("可以走私请求", await Page.EvaluateAsync("document.getElementById('lens-verdict').innerText"), StringComparison.Ordinal);
        await Page.EvaluateAsync("document.querySelector('[data-language=en]').click()");

        // Frames are no matter of the lens.
        await ChooseAsync("Unmasked frame");
        await UntilAsync("document.getElementById('verdict').innerText.startsWith('MaskMissing 1002') && document.getElementById('lens').hidden");

        await Page.EvaluateAsync("void (document.getElementById('bytes').value = 'GET /status HTTP/1.1\\\\r\\\\nHost: a\\\\r\\\\n\\\\r\\\\n'), document.getElementById('send').click()");
        await UntilAsync("document.getElementById('verdict').innerText.includes('The server answers 200.')");
        Assert.Empty(Page.Errors);
    }

    [BrowserFact]
    public async Task On_a_phone_nothing_is_wider_than_the_screen()
    {
        await Page.SendAsync("Emulation.setDeviceMetricsOverride", new JsonObject { ["width"] = 360, ["height"] = 740, ["deviceScaleFactor"] = 1, ["mobile"] = true });
        await OpenAsync("/demo/wire/");
        await ToggleAsync();
        await ChooseAsync("TE.CL");
        await UntilAsync($"!document.getElementById('lens').hidden && {Lines}.length > 5");
        Assert.Equal("true true", await Page.EvaluateAsync("(document.documentElement.scrollWidth <= innerWidth) + ' ' + (document.getElementById('wire').scrollWidth <= innerWidth)"));
    }

    private async Task OpenAsync(string path)
    {
        await Page.NavigateAsync($"{Site.Origin}{path}");
        await UntilAsync("document.querySelector('.wire-toggle') !== null");
    }

    private Task<string> ToggleAsync() => Page.EvaluateAsync("document.querySelector('.wire-toggle').click()");

    private async Task ChooseAsync(string attack)
    {
        string button = $"[...document.querySelectorAll('#ready button')].find(button => button.querySelector('[lang=en]').textContent === '{attack}')";
        await UntilAsync($"{button} !== undefined");
        await Page.EvaluateAsync($"{button}.click()");
    }

    private Task<string> PressButtonAsync(string name) =>
        Page.EvaluateAsync($"[...document.querySelectorAll('.wire-controls button')].find(button => button.querySelector('[lang=en]')?.textContent === '{name}').click()");

    private Task<JsonNode> PressAsync(string key) => Page.SendAsync("Input.dispatchKeyEvent", new JsonObject { ["type"] = "keyDown", ["key"] = key });

    /// <summary>Points at an element with the mouse, by the keyboard's focus, or with a finger.</summary>
    private Task<string> LightAsync(string way, string element) => Page.EvaluateAsync(way switch
    {
        "hover" => $"{element}.dispatchEvent(new PointerEvent('pointerover', {{ bubbles: true }}))",
        "focus" => $"{element}.focus()",
        _ => $"{element}.click()",
    });
}
