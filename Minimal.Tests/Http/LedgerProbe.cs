using System.Text;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>
/// Plays the ledger's examples: bytes, and in the same write the probe <c>GET /probe</c> behind them. <c>{H}</c> in the bytes is a Host line,
/// <c>{P}</c> the probe.
/// </summary>
internal static class LedgerProbe
{
    public const string Host = "Host: a\r\n";

    public const string Probe = "GET /probe HTTP/1.1\r\nHost: a\r\n\r\n";

    public static string Expand(string bytes) => bytes.Replace("{H}", Host, StringComparison.Ordinal).Replace("{P}", Probe, StringComparison.Ordinal);

    /// <summary>What the server answers and sees; over memory, so all of it is there at once.</summary>
    public static async Task<Outcome> PlayAsync(string bytes, HttpLimits? limits = null, Func<string, Split>? cut = null)
    {
        var application = new LedgerApplication();
        await using TestServer server = await TestServer.StartAsync(application.HandleAsync, limits: limits);
        await using Conversation conversation = await server.ConnectAsync();
        string expanded = Expand(bytes);
        await conversation.SendAsync(cut is null ? Splits.Whole(Encoding.Latin1.GetBytes(expanded)) : cut(expanded));
        string answered = conversation.Peek();
        bool hasEnded = conversation.HasEnded();

        var responses = new List<ReceivedResponse>();
        for (int at = 0; conversation.Peek().Length > 0; at++)
        {
            string method = at < application.Seen.Count ? application.Seen[at].Split(' ')[0] : "GET";
            responses.Add(await conversation.ExpectResponseAsync(method: method));
        }

        return new Outcome(responses, [.. application.Seen], hasEnded, answered, application, server.Log.Complaints);
    }

    /// <summary>400+close: one final answer of such a status, with <c>Connection: close</c>, then FIN, and the probe is not answered.</summary>
    /// <param name="bytes">The example.</param>
    /// <param name="statuses">The statuses that the ledger accepts.</param>
    /// <param name="seen">What handlers see nevertheless: a request whose body turns out to be broken.</param>
    /// <param name="limits">The server's limits.</param>
    public static async Task RefusedAsync(string bytes, int[] statuses, string[]? seen = null, HttpLimits? limits = null)
    {
        Outcome outcome = await PlayAsync(bytes, limits);
        string example = EscapedBytes.Write(Encoding.Latin1.GetBytes(bytes), 300);
        Assert.True(outcome.Responses.Count == 1, $"{outcome.Responses.Count} answers to {example}");
        Assert.True(statuses.Contains(outcome.Responses[0].Status), $"{outcome.Responses[0].Status} to {example}");
        Assert.True(outcome.Responses[0].SaysClose, $"no close to {example}");
        Assert.True(outcome.HasEnded, $"no FIN to {example}");
        Assert.Equal(seen ?? [], outcome.Seen);
        Assert.Empty(outcome.Application.Bodies);
        Assert.Empty(outcome.Complaints);
    }

    /// <summary>In sync: the probe behind the example is answered 200, once, as the last, and handlers see exactly these requests and it.</summary>
    public static async Task<Outcome> InSyncAsync(string bytes, params string[] seen)
    {
        Outcome outcome = await PlayAsync(bytes);
        string example = EscapedBytes.Write(Encoding.Latin1.GetBytes(bytes), 300);
        Assert.Equal([.. seen, "GET /probe"], outcome.Seen);
        Assert.True(outcome.Responses.Count == seen.Length + 1, $"{outcome.Responses.Count} answers to {example}");
        Assert.Equal((200, "/probe"), (outcome.Responses[^1].Status, outcome.Responses[^1].Text));
        Assert.True(outcome.Responses.All(response => !response.SaysClose) && !outcome.HasEnded, $"closed on {example}");
        Assert.Empty(outcome.Complaints);
        return outcome;
    }

    public sealed record Outcome(
        IReadOnlyList<ReceivedResponse> Responses, IReadOnlyList<string> Seen, bool HasEnded, string Answered, LedgerApplication Application, IReadOnlyList<string> Complaints);
}
