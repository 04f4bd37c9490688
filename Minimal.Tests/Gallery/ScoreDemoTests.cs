using System.Text.Json;
using Minimal.Gallery.Demos.Score;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class ScoreDemoTests
{
    [Fact]
    public async Task A_poll_brings_each_match_once_however_much_has_happened()
    {
        await using DemoServer server = await DemoServer.StartAsync(new ScoreDemo(new Random(1)).Routes);
        JsonElement[] first = await ReadAsync(server, "");
        Assert.Equal(4, first.Select(message => message.GetProperty("key").GetString()).Distinct().Count());

        for (int second = 0; second < 20; second++) server.Turn(TimeSpan.FromSeconds(1));
        JsonElement[] later = await ReadAsync(server, $"?after={first[^1].GetProperty("id").GetString()}");
        Assert.Equal(4, later.Length);
        Assert.Equal(first.Select(Minute).Select(minute => minute + 20), later.Select(Minute));
    }

    [Fact]
    public async Task A_score_has_the_goals_of_both_and_the_minute()
    {
        await using DemoServer server = await DemoServer.StartAsync(new ScoreDemo(new Random(1)).Routes);
        JsonElement message = (await ReadAsync(server, "?via=poll"))[0];
        Assert.Equal("Harbour – Mill", message.GetProperty("key").GetString());
        Assert.Equal("""{"home":0,"away":0,"minute":1,"goal":null}""", message.GetProperty("data").GetRawText());
    }

    [Fact]
    public async Task Goals_never_go_away_during_a_match()
    {
        await using DemoServer server = await DemoServer.StartAsync(new ScoreDemo(new Random(1)).Routes);
        int goals = 0;
        for (int minute = 1; minute < 90; minute++)
        {
            JsonElement match = (await ReadAsync(server, "")).Single(message => message.GetProperty("key").GetString() == "Harbour – Mill").GetProperty("data");
            int now = match.GetProperty("home").GetInt32() + match.GetProperty("away").GetInt32();
            Assert.InRange(now - goals, 0, 1);
            goals = now;
            server.Turn(TimeSpan.FromSeconds(1));
        }

        Assert.InRange(goals, 1, 12);
    }

    private static int Minute(JsonElement message) => message.GetProperty("data").GetProperty("minute").GetInt32();

    private static async Task<JsonElement[]> ReadAsync(DemoServer server, string query) =>
        [.. (await server.GetJsonAsync($"/scores{query}")).GetProperty("messages").EnumerateArray()];
}
