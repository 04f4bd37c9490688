namespace Exercises.Checks;

/// <summary>Exercise 2: which connections go on, and what is said about it.</summary>
internal static class KeepAliveChecks
{
    private const string Plain = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok\n";
    private const string Close = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nok\n";
    private const string GoesOn = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: keep-alive\r\n\r\nok\n";

    public static async Task RunAsync(Checklist list, Func<string, string> answer)
    {
        string New(string fields = "") => $"GET / HTTP/1.1\r\nHost: a\r\n{fields}\r\n";
        string Old(string fields = "") => $"GET / HTTP/1.0\r\n{fields}\r\n";
        void Says(string wanted, string sent, string why) => Expect.Same(wanted, answer(sent), why);

        await list.CheckAsync("HTTP/1.1 goes on, and nothing is said", () => Says(Plain + Plain, New() + New(), "Silence means going on (RFC 9112 §9.3)."));
        await list.CheckAsync("close ends HTTP/1.1 too", () => Says(Close, New("Connection: close\r\n") + New(), "Behind close no request is answered."));
        await list.CheckAsync("HTTP/1.0 ends after one answer", () => Says(Close, Old() + Old(), "It did not ask for more."));
        await list.CheckAsync("HTTP/1.0 with keep-alive goes on, and is told", () => Says(GoesOn + Close, Old("Connection: keep-alive\r\n") + Old(), "The client must be told, or it waits for the end."));
        await list.CheckAsync("the option has no case", () => Says(GoesOn + Close, Old("connection: Keep-Alive\r\n") + Old(), "Connection options have no case (RFC 9110 §7.6.1)."));
        await list.CheckAsync("it is a member of a list", () => Says(GoesOn + Close, Old("Connection: te,  keep-alive ,\r\n") + Old(), "Connection is a list of options."));
        await list.CheckAsync("which may come in several lines", () => Says(GoesOn + Close, Old("Connection: te\r\nConnection: keep-alive\r\n") + Old(), "Several lines are one list (RFC 9110 §5.3)."));
        await list.CheckAsync("and is a whole word", () => Says(Close, Old("Connection: keep-alive-please\r\n") + Old(), "That is another option."));
        await list.CheckAsync("close is stronger", () => Says(Close, Old("Connection: keep-alive, close\r\n") + Old(), "The first step of §9.3 is close."));
        await list.CheckAsync("an old request ends a connection that new ones kept", () => Says(Plain + Close, New() + Old() + New(), "Each request decides for itself."));
    }
}
