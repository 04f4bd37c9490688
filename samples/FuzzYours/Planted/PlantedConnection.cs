using System.Text;
using System.Text.RegularExpressions;

namespace Minimal.FuzzYours.Planted;

/// <summary>The life of a connection: read a head, read its body, answer, again.</summary>
internal sealed class PlantedConnection(PlantedInput input, Stream output, IReadOnlySet<PlantedBug> bugs, PlantedTopic topic)
{
    private readonly Regex _headEnd = new(bugs.Contains(PlantedBug.AcceptsBareLineFeed) ? @"\r?\n\r?\n" : @"\r\n\r\n");

    public async Task RunAsync()
    {
        while (await ReadHeadAsync() is { } head)
        {
            PlantedRequest? request = PlantedRequest.Parse(head, bugs);
            if (request is null || await PlantedBody.ReadAsync(request, input, bugs) is not { } content)
            {
                await RefuseAsync();
                return;
            }

            if (request.Path == "/ws")
            {
                await new PlantedWebSocket(input, output, bugs).RunAsync(request);
                return;
            }

            await AnswerAsync(request, content);
            bool isNextThere = _headEnd.IsMatch(input.Unread);
            if (!isNextThere && bugs.Contains(PlantedBug.DropsBeginningOfNextRequest)) input.Unread = "";
            if (request.Version == "HTTP/1.0" || request.All("Connection").Contains("close")) return;
        }
    }

    private async ValueTask<string?> ReadHeadAsync()
    {
        while (true)
        {
            if (_headEnd.Match(input.Unread) is { Success: true } end)
            {
                string head = input.Unread[..end.Index];
                input.Unread = input.Unread[(end.Index + end.Length)..];
                return head;
            }

            if (!await input.FillAsync()) return null;
        }
    }

    private async ValueTask AnswerAsync(PlantedRequest request, string content)
    {
        string answer = request.Path switch
        {
            "/topic" => topic.Answer(request, content),
            _ => request.Method == "POST" ? content : "Hello, World!",
        };

        // What the client asked for, for its log.
        string query = bugs.Contains(PlantedBug.ReflectsLineEnds) ? Uri.UnescapeDataString(request.Query) : request.Query;
        bool hasContent = request.Method != "HEAD" || bugs.Contains(PlantedBug.AnswersHeadWithContent);
        await WriteAsync($"HTTP/1.1 200 OK\r\nContent-Length: {answer.Length}\r\nX-Query: {query}\r\n\r\n{(hasContent ? answer : "")}");
    }

    private ValueTask RefuseAsync() => WriteAsync("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");

    private ValueTask WriteAsync(string text) => output.WriteAsync(Encoding.Latin1.GetBytes(text));
}
