using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Exercises.KeepAlive;

/// <summary>A server without a socket: what a client has sent on one connection goes in, what it gets comes out.</summary>
internal static class SmallServer
{
    /// <summary>Answers request after request, as long as the connection lasts. No request has a body here.</summary>
    public static string Answer(string sent)
    {
        var answer = new StringBuilder();
        var input = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(sent));
        while (RequestHead.Parse(input, HttpLimits.Default, out RequestHead? request, out long length, out _) == ParseStatus.Complete)
        {
            bool goesOn = GoesOn(request!);
            answer.Append("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n");
            if (!goesOn) answer.Append("Connection: close\r\n");
            answer.Append("\r\nok\n");
            if (!goesOn) break;
            input = input.Slice(length);
        }

        return answer.ToString();
    }

    // RFC 9112 §9.3
    private static bool GoesOn(RequestHead request) => request.MinorVersion >= 1;
}
