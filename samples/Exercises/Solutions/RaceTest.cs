using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Exercises.Race;
using Minimal.Http;
using Minimal.Http.Transports;

namespace Exercises.Solutions;

/// <summary>Exercise 9: the window is the brake. The handler stands still in its flush until the test reads.</summary>
internal static class RaceTest
{
    // Less than the head of a 102: whoever sends one waits for the client to read.
    private const int Window = 16;

    public static async Task<bool> LosesAsync(Func<HttpExchange, Mailbox, ValueTask> poll)
    {
        var mailbox = new Mailbox();
        var listener = new MemoryListener(PipeScheduler.Inline, Window);
        var server = new HttpServer(exchange => poll(exchange, mailbox), [listener]);
        await server.StartAsync();
        await using MemoryTransport client = listener.Connect();

        // The handler has looked, and has not begun to wait: it is sending. Here the message comes.
        await client.Output.WriteAsync("GET /?after=0 HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        mailbox.Publish("hello");
        return !ReadAll(client.Input).Contains("hello", StringComparison.Ordinal);
    }

    private static string ReadAll(PipeReader input)
    {
        var text = new StringBuilder();
        while (input.TryRead(out ReadResult read))
        {
            text.Append(Encoding.ASCII.GetString(read.Buffer));
            input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) break;
        }

        return text.ToString();
    }
}
