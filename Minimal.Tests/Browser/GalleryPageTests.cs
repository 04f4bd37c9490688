using System.Text.Json;
using System.Text.Json.Nodes;
using Xunit;

namespace Minimal.Tests.Browser;

/// <summary>The Gallery's pages in a browser.</summary>
[Collection(BrowserCollection.Name)]
public sealed class GalleryPageTests(Browser browser) : PageTests(browser)
{
    private const string Hostile = "<img src=x onerror=window.hacked=1><script>window.hacked=2</script>";

    [BrowserFact]
    public async Task Every_page_opens_and_complains_of_nothing()
    {
        await OpenAsync("/demo/");
        string[] pages = (await Page.EvaluateAsync("[...document.querySelectorAll('.collection a')].map(a => a.getAttribute('href')).join(' ')")).Split(' ');
        Assert.True(pages.Length >= 13);
        foreach (string page in pages)
        {
            await OpenAsync(page);
            Assert.NotEqual("0", await Page.EvaluateAsync("document.querySelectorAll('h1').length"));
            await UntilAsync("document.title !== '' && performance.getEntriesByType('resource').length > 3");

            // No element is wider than a phone.
            await SetWidthAsync(360);
            Assert.True(await Page.EvaluateAsync("document.documentElement.scrollWidth <= innerWidth") == "true", $"{page} is wider than a phone");
            Assert.Equal("", await Page.EvaluateAsync("[...document.querySelectorAll('.readings dt')].filter(name => name.scrollWidth > name.clientWidth).map(name => name.textContent).join()"));
            await SetWidthAsync(1280);
            Assert.True(Page.Errors.Count == 0, $"{page}: {string.Join(" | ", Page.Errors)}");
        }
    }

    [BrowserFact]
    public async Task The_front_page_speaks_both_languages_and_leads_to_all_demos_in_them()
    {
        await OpenAsync("/");
        string shown = "document.title + ' ' + document.querySelector('.others').innerText.replace(/\\s+/g, ' ')";
        await UntilAsync("document.querySelectorAll('.lane').length === 2");
        Assert.StartsWith("One value · Minimal Gallery The collection Clock Reminders Data and update", await Page.EvaluateAsync(shown), StringComparison.Ordinal);
        await Page.EvaluateAsync("document.querySelector('[data-language=zh]').click()");
        Assert.StartsWith("同一个值 · Minimal Gallery 全部展品 报时 提醒 数据与更新", await Page.EvaluateAsync(shown), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Our_client_has_one_poll_in_flight_and_a_timer_has_several()
    {
        await OpenAsync("/demo/data/");
        GallerySite.Flight ours = Site.Of("/demo/data/data?after"), theirs = Site.Of("/demo/data/data");

        // Answers that come as fast as they can, pauses in which a poll is given up, and the timer's polls beside it.
        for (int round = 1; round <= 5; round++)
        {
            int polls = ours.Requests;
            await SetAsync("data", $"{round}");
            await SubmitAsync("update");
            await UntilAsync(() => ours.Requests > polls && ours.Now == 1);
            polls = ours.Requests;
            await Page.EvaluateAsync("document.querySelector('.lane .controls button').click()");
            await UntilAsync(() => ours.Now == 0);
            await Page.EvaluateAsync("document.querySelector('.lane .controls button').click()");
            await UntilAsync(() => ours.Requests > polls && ours.Now == 1);
        }

        await UntilAsync(() => theirs.Most >= 3);
        Assert.True(ours.Requests >= 11);
        Assert.Equal(1, ours.Most);
        Assert.Equal("1", await Page.EvaluateAsync(Reading(1, "most at once")));
    }

    [BrowserFact]
    public async Task A_watch_of_several_keys_is_one_poll_in_flight()
    {
        await OpenAsync("/demo/config/");
        GallerySite.Flight polls = Site.Of("/demo/config/listener");
        await UntilAsync($"{Reading(1, "changes")} === '3'");
        foreach (string key in (string[])["banner", "timeout", "dark-mode", "banner"])
        {
            await UntilAsync(() => polls.Now == 1);
            int before = polls.Requests;
            await Page.EvaluateAsync($"void (document.getElementById('key').value = '{key}')");
            await SetAsync("value", $"{key} {before}");
            await SubmitAsync("change");
            await UntilAsync($"document.querySelector('.items li').textContent === '{key} {key} {before}'");
        }

        await UntilAsync(() => polls.Now == 1);
        Assert.Equal(6, polls.Requests);
        Assert.Equal(1, polls.Most);
    }

    [BrowserFact]
    public async Task Who_retries_twice_on_timeout_doubles_its_polls_and_the_page_says_so()
    {
        await OpenAsync("/demo/data/");
        GallerySite.Flight ours = Site.Of("/demo/data/data?after"), theirs = Site.Of("/demo/data/data");
        await Page.EvaluateAsync("(() => { const choice = document.querySelectorAll('.lane')[1].querySelector('select'); choice.value = 'twice'; choice.dispatchEvent(new Event('change')); })()");
        await UntilAsync("document.querySelectorAll('.lane')[1].dataset.state === 'stopped'");
        Assert.Contains("8 polls at once", await Page.EvaluateAsync("document.querySelectorAll('.lane')[1].querySelector('.state').textContent"), StringComparison.Ordinal);
        Assert.True(theirs.Most >= 4);
        Assert.Equal(1, ours.Most);
    }

    [BrowserFact]
    public async Task A_poll_that_another_one_of_its_client_takes_the_place_of_is_not_sent_again()
    {
        await OpenAsync("/");
        const string Lane = "document.querySelectorAll('.lane')[1]";
        await UntilAsync($"{Lane}?.dataset.state === 'held'");

        // An answer has come: only then the browser tells the address.
        await SetAsync("new", "one");
        await SubmitAsync("publish");
        await UntilAsync($"{Lane}.querySelector('[data-field=received]').textContent === '1' && {Lane}.dataset.state === 'held'");
        await Page.EvaluateAsync("void fetch(performance.getEntriesByType('resource').findLast(each => each.name.includes('client=')).name.replace(/after=[^&]*/, 'after=latest'))");
        await UntilAsync($"{Lane}.dataset.state === 'stopped'");
        Assert.Contains("another poll", await Page.EvaluateAsync($"{Lane}.querySelector('.state').textContent"), StringComparison.Ordinal);

        // It asks no more, and when it is told to, it has missed nothing.
        await SetAsync("new", "two");
        await SubmitAsync("publish");
        await UntilAsync("document.querySelectorAll('.lane')[0].querySelector('[data-field=received]').textContent === '2'");
        Assert.Equal("1", await Page.EvaluateAsync($"{Lane}.querySelector('[data-field=received]').textContent"));
        await Page.EvaluateAsync($"{Lane}.querySelector('[data-act=pause]').click()");
        await UntilAsync($"{Lane}.querySelector('[data-field=received]').textContent === '2'");
        Assert.Equal("0", await Page.EvaluateAsync($"{Lane}.querySelector('[data-field=lost]').textContent"));
    }

    [BrowserFact]
    public async Task A_lane_stops_when_another_poll_takes_the_place_of_its_own()
    {
        await OpenAsync("/demo/clock/");
        await UntilAsync("performance.getEntriesByType('resource').some(each => each.name.includes('client='))");

        // Whatever second the clock is at: one of these finds a poll that is held.
        await Page.EvaluateAsync("void (window.again = setInterval(() => fetch(performance.getEntriesByType('resource').findLast(each => each.name.includes('client=')).name.replace(/after=[^&]*/, 'after=latest')), 300))");
        await UntilAsync("document.querySelectorAll('.lane')[1].dataset.state === 'stopped'");
        Assert.Contains("another poll", await Page.EvaluateAsync("document.querySelectorAll('.lane')[1].querySelector('.state').textContent"), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Who_rests_after_each_answer_misses_what_comes_meanwhile_and_ours_does_not()
    {
        await OpenAsync("/demo/reminders/");
        await UntilAsync(() => Site.Of("/demo/reminders/api/reminders/wait").Now == 2);
        await Page.EvaluateAsync("document.getElementById('five').click()");
        await UntilAsync($"{Reading(1, "received")} === '5' && Number({Reading(2, "missed")}) > 0");
        Assert.Equal("0", await Page.EvaluateAsync(Reading(1, "missed")));
    }

    [BrowserFact]
    public async Task After_a_cut_an_event_source_with_ids_gets_what_came_meanwhile_and_one_without_does_not()
    {
        await OpenAsync("/demo/events/");
        await UntilAsync($"{Reading(1, "greetings")} === '1' && {Reading(2, "greetings")} === '1'");
        await Page.EvaluateAsync("document.getElementById('cut').click()");

        // Where the three take longer than the two seconds that a browser is away, even the other one gets the last of them.
        await UntilAsync($"{Reading(1, "received")} === '3' && Number({Reading(2, "missed")}) > 0 && Number({Reading(2, "missed")}) + Number({Reading(2, "received")}) === 3");
        Assert.Equal("0", await Page.EvaluateAsync(Reading(1, "missed")));
        await Page.EvaluateAsync("document.getElementById('restart').click()");
        await UntilAsync($"{Reading(1, "gaps told")} === '1' && {Reading(2, "greetings")} === '3'");
        Assert.Equal("0", await Page.EvaluateAsync(Reading(2, "gaps told")));
    }

    [BrowserFact]
    public async Task An_answer_that_is_cut_in_the_middle_comes_whole_by_fetch_and_by_event_source()
    {
        await OpenAsync("/demo/tokens/");
        foreach (string way in (string[])["fetch", "source"])
        {
            await Page.EvaluateAsync($"document.querySelector('.lane select').value = '{way}'");
            await SetAsync("text", "What is SSE?");
            int resumed = way == "fetch" ? 0 : 1;
            await SubmitAsync("ask");
            await UntilAsync("document.querySelector('.answer:last-child')?.textContent.split(' ').length > 5");
            await Page.EvaluateAsync("document.getElementById('cut').click()");
            await UntilAsync($"Number({Reading(1, "resumed")}) === {resumed + 1} && !document.querySelector('#ask .primary').disabled");
            string answer = await Page.EvaluateAsync("document.querySelector('.answer:last-child').textContent");
            Assert.EndsWith(way == "fetch" ? "each of these words is an event." : "nothing but a long answer.", answer, StringComparison.Ordinal);
        }

        Assert.Equal("0 0", await Page.EvaluateAsync($"{Reading(1, "lost")} + ' ' + {Reading(1, "twice")}"));
    }

    [BrowserFact]
    public async Task An_answer_stops_when_it_is_told_to()
    {
        await OpenAsync("/demo/tokens/");
        await SetAsync("text", "What is SSE?");
        await SubmitAsync("ask");
        await UntilAsync("document.querySelector('.answer')?.textContent.includes('Server-Sent')");
        await Page.EvaluateAsync("document.getElementById('stop').click()");
        await UntilAsync("document.querySelector('.answer').textContent.includes('(stopped)') && !document.querySelector('#ask .primary').disabled");
        Assert.DoesNotContain("each of these words is an event", await Page.EvaluateAsync("document.querySelector('.answer').textContent"), StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task A_page_that_is_left_gives_its_connections_back_and_goes_on_when_one_comes_back()
    {
        await OpenAsync("/demo/events/");
        await OpenAsync("/demo/reminders/");
        await OpenAsync("/demo/events/");
        GallerySite.Flight streams = Site.Of("/demo/events/events"), polls = Site.Of("/demo/reminders/api/reminders/wait");
        await UntilAsync(() => streams.Now == 2 && polls.Now == 0);
        await OpenAsync("/demo/");
        await UntilAsync(() => streams.Now == 0);
        await Page.EvaluateAsync("void setTimeout(() => history.back())");
        await UntilAsync(() => streams.Now + Site.Of("/demo/events/events?after").Now == 2);
    }

    [BrowserFact]
    public async Task A_stream_that_goes_on_from_another_life_of_the_log_has_lost_what_this_one_told_and_never_less_than_nothing()
    {
        await OpenAsync("/demo/stream/");
        await UntilAsync($"Number({Reading(1, "messages")}) > 0");
        await Page.EvaluateAsync("void (window.ask = fetch, window.fetch = (url, how) => ask(url.replace(/after=[^&]*/, 'after=abcdef012345-1000000'), how))");
        await Page.EvaluateAsync("(() => { const pause = document.querySelector('.lane .controls button'); pause.click(); pause.click(); })()");
        await UntilAsync("document.getElementById('log').textContent.includes('\"type\":\"gap\"')");
        Assert.Equal("0", await Page.EvaluateAsync(Reading(1, "lost")));
    }

    [BrowserFact]
    public async Task What_people_write_is_shown_as_text_whatever_it_is()
    {
        (string Page, string Form, string Field)[] forms =
        [
            ("config", "change", "value"), ("events", "update", "data"), ("log", "write", "text"), ("tokens", "ask", "text"),
            ("data", "update", "data"), ("reminders", "make", "text"), ("stream", "publish", "text"), ("value", "publish", "new"),
        ];
        foreach ((string page, string form, string field) in forms)
        {
            await OpenAsync($"/demo/{page}/");

            // Not only where it is published: a script of another site, a bot, anybody may have done it before.
            await UntilAsync("document.querySelector('.lane') !== null && document.querySelector('.lane').dataset.state !== 'asking'");
            await SetAsync(field, Hostile);
            await SubmitAsync(form);
            await UntilAsync("document.querySelector('main').textContent.includes('<img src=x')");
            Assert.Equal("0 undefined", await Page.EvaluateAsync("document.querySelectorAll('img[src=x], main script').length + ' ' + window.hacked"));
        }

        Assert.Empty(Page.Errors);
    }

    // What runs in the page

    private static string Reading(int lane, string name) =>
        $"[...document.querySelectorAll('.lane')[{lane - 1}].querySelectorAll('.readings div')].find(each => each.querySelector('[lang=en]').textContent === '{name}').querySelector('dd').textContent";

    // Modules have run by then. A page that has an endless iframe is never loaded.
    private Task OpenAsync(string path) => Page.NavigateAsync($"{Site.Origin}{path}");

    private Task<string> SetAsync(string field, string value) => Page.EvaluateAsync($"void (document.getElementById('{field}').value = {JsonSerializer.Serialize(value)})");

    private Task<string> SubmitAsync(string form) => Page.EvaluateAsync($"document.getElementById('{form}').requestSubmit()");

    private Task<JsonNode> SetWidthAsync(int width) => Page.SendAsync(
        "Emulation.setDeviceMetricsOverride",
        new JsonObject { ["width"] = width, ["height"] = 800, ["deviceScaleFactor"] = 1, ["mobile"] = width < 600 });
}
