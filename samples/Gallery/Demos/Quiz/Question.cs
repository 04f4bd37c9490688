namespace Minimal.Gallery.Demos.Quiz;

/// <summary>Something to guess.</summary>
/// <param name="Text">The question.</param>
/// <param name="TextZh">The same in Chinese.</param>
/// <param name="Answers">Four to choose from.</param>
/// <param name="AnswersZh">The same in Chinese.</param>
/// <param name="Right">Which of them is right, from 0.</param>
internal sealed record Question(string Text, string TextZh, string[] Answers, string[] AnswersZh, int Right)
{
    public static IReadOnlyList<Question> All { get; } =
    [
        Of("How many bytes does WebSocket put in front of a short message to a browser?", "发给浏览器的短消息前面，WebSocket 加几个字节？", 0, "2", "6", "14", "400"),
        Of("How many connections does a browser open to one origin over HTTP/1.1?", "用 HTTP/1.1 时，浏览器对一个源最多开几条连接？", 1, "1", "6", "30", "100"),
        Of("With which status does a server accept a WebSocket?", "服务器用哪个状态码接受 WebSocket？", 1, "100", "101", "200", "204"),
        Of("Which close code is never on the wire?", "哪个关闭码从不出现在线路上？", 3, "1000", "1001", "1002", "1006"),
        new("Who masks what it sends over WebSocket?", "WebSocket 里谁给发出的数据加掩码？", ["the server", "both", "the client", "nobody"], ["服务器", "双方", "客户端", "谁都不"], 2),
        new("What ends an event of server-sent events?", "server-sent events 的一个事件以什么结束？", ["a zero byte", "its length", "a comma", "an empty line"], ["零字节", "长度", "逗号", "空行"], 3),
    ];

    private static Question Of(string text, string textZh, int right, params string[] answers) => new(text, textZh, answers, answers, right);
}
