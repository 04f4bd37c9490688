using Exercises.Race;
using Minimal.Http;

namespace Exercises.Checks;

/// <summary>Exercise 9: the reader's test is the one that is tested.</summary>
internal static class RaceChecks
{
    public static async Task RunAsync(Checklist list, Func<Func<HttpExchange, Mailbox, ValueTask>, Task<bool>> loses)
    {
        await list.CheckAsync("it finds that the hasty poll loses a message", async () => Expect.True(
            await loses(Polls.HastyAsync), "The test says that HastyAsync loses nothing. It does, when the message comes at the right time."));
        await list.CheckAsync("it finds nothing wrong with the sound one", async () => Expect.True(
            !await loses(Polls.SoundAsync), "The test says that SoundAsync loses a message. It does not."));
        await list.CheckAsync("it says the same 100 times", async () =>
        {
            for (int i = 0; i < 100; i++)
            {
                Expect.True(await loses(Polls.HastyAsync), $"In run {i} the hasty poll lost nothing.");
                Expect.True(!await loses(Polls.SoundAsync), $"In run {i} the sound poll lost a message.");
            }
        });
    }
}
