using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Minimal.Http;
using Minimal.Http.Transports;

namespace Exercises.Race;

/// <summary>A test that says whether a poll can lose a message.</summary>
internal static class RaceTest
{
    public static async Task<bool> LosesAsync(Func<HttpExchange, Mailbox, ValueTask> poll)
    {
        var mailbox = new Mailbox();
        var listener = new MemoryListener(PipeScheduler.Inline);
        var server = new HttpServer(exchange => poll(exchange, mailbox), [listener]);
        await server.StartAsync();
        await using MemoryTransport client = listener.Connect();

        await client.Output.WriteAsync("GET /?after=0 HTTP/1.1\r\nHost: a\r\n\r\n"u8.ToArray());
        mailbox.Publish("hello");
        return !ReadAll(client.Input).Contains("hello", StringComparison.Ordinal);
    }

    /// <summary>Everything that has come. Where all goes on inline, nothing more will come then unless somebody does something.</summary>
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
