using System.Text;
using Minimal.Http;
using Minimal.Http.Wire;

namespace Exercises.Checks;

/// <summary>Exercise 1: two Authorization lines are refused. The library is changed, so this names no row that is not there yet.</summary>
internal static class RuleChecks
{
    private const string Name = "AuthorizationRepeated";

    public static async Task RunAsync(Checklist list)
    {
        await list.CheckAsync("two Authorization lines are refused with 400", async () => Expect.Contains(
            await AskAsync("Authorization: Basic YTph\r\nAuthorization: Basic Yjpi\r\n"), "HTTP/1.1 400 ", "The handler has seen a request with two."));
        await list.CheckAsync("in any case, and not side by side", async () => Expect.Contains(
            await AskAsync("authorization: Basic YTph\r\nAccept: */*\r\nAUTHORIZATION: Basic YTph\r\n"), "HTTP/1.1 400 ", "Field names have no case (RFC 9110 §5.1)."));
        await list.CheckAsync("the answer says which section asks for it", async () => Expect.Contains(
            await AskAsync("Authorization: Basic YTph\r\nAuthorization: Basic YTph\r\n"), "(RFC 9110 §5.3)", "The text of the answer is the row of the table."));
        await list.CheckAsync($"the rule table has a row {Name}", () => Expect.True(
            HttpRules.All.Any(rule => rule.Name == Name && rule.Code == 400), "HttpRules.All does not have it with the code 400."));
        await list.CheckAsync("one Authorization line is nothing special", async () => Expect.Contains(
            await AskAsync("Authorization: Basic YTph\r\n"), "HTTP/1.1 200 ", "A valid request was refused."));
        await list.CheckAsync("nor are two lines of a list", async () => Expect.Contains(
            await AskAsync("Accept: text/html\r\nAccept: text/plain\r\n"), "HTTP/1.1 200 ", "Accept is a list, and may come in several lines (RFC 9110 §5.3)."));
    }

    private static async Task<string> AskAsync(string fields)
    {
        await using Host host = await Host.StartAsync(exchange => exchange.RespondAsync(200, "seen\n"));
        string answer = await host.AskAsync($"GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n");
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(answer));
    }
}
