using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Exercises.Solutions;

/// <summary>Exercise 2: HTTP/1.0 may go on when it asks, and is told so.</summary>
internal static class SmallServer
{
    public static string Answer(string sent)
    {
        var answer = new StringBuilder();
        var input = new ReadOnlySequence<byte>(Encoding.Latin1.GetBytes(sent));
        while (RequestHead.Parse(input, HttpLimits.Default, out RequestHead? request, out long length, out _) == ParseStatus.Complete)
        {
            bool goesOn = GoesOn(request!);
            answer.Append("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n");
            if (!goesOn) answer.Append("Connection: close\r\n");

            // In HTTP/1.1 going on is what silence means. A client of HTTP/1.0 that hears nothing waits for the end of the connection.
            else if (request!.MinorVersion == 0) answer.Append("Connection: keep-alive\r\n");
            answer.Append("\r\nok\n");
            if (!goesOn) break;
            input = input.Slice(length);
        }

        return answer.ToString();
    }

    private static bool GoesOn(RequestHead request)
    {
        // 1. close is stronger than anything else.
        if (request.Fields.HasMember("Connection", "close")) return false;

        // 2. HTTP/1.1 goes on. 3. HTTP/1.0 does when it says keep-alive. 4. Otherwise not.
        return request.MinorVersion >= 1 || request.Fields.HasMember("Connection", "keep-alive");
    }
}
