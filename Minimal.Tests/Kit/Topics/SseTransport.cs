using System.Buffers;
using System.Text;
using System.Text.Json;
using Minimal.Http.Topics;
using Minimal.Http.Wire;
using Minimal.Sse;

namespace Minimal.Testing;

/// <summary>Server-Sent Events, as an EventSource reads them: it comes back with Last-Event-ID.</summary>
internal sealed class SseTransport : NoLossTransport
{
    public override string Name => "sse";

    public override string Request(string target, Cursor after) =>
        $"GET {target}?after=earliest HTTP/1.1\r\nHost: a\r\nAccept: text/event-stream\r\nLast-Event-ID: {after}\r\n\r\n";

    public override NoLossReader Read(NoLossClient client) => new Reader(client);

    private sealed class Reader(NoLossClient client) : HttpAnswerReader
    {
        private SseParser _parser = new(SseLimits.Default);

        // 204 tells who has seen the end to stop.
        protected override bool IsExpected(int status) => status is 200 or 204;

        protected override void OnWhole()
        {
            if (Status == 204) client.End();
        }

        protected override void OnContent(ReadOnlySpan<byte> content)
        {
            var input = new SequenceReader<byte>(new ReadOnlySequence<byte>(content.ToArray()));
            while (_parser.Read(ref input, out SseEventBytes received) == ParseStatus.Complete) Tell(received.ToEvent());

            // An event of nothing but an id is not handed out; it says where the stream stands.
            if (content is [(byte)'\n'] && _parser.LastEventId is { Length: > 0 } id) client.Place(NoLossRecord.Cursor(id));
        }

        private void Tell(SseEvent received)
        {
            switch (received.Type)
            {
                case "gap":
                    using (JsonDocument gap = JsonDocument.Parse(received.Data)) client.Gap(NoLossRecord.CursorOf(gap.RootElement, "from"), NoLossRecord.CursorOf(gap.RootElement, "to"));
                    break;
                case "end":
                    client.Place(NoLossRecord.Cursor(received.Id));
                    client.End();
                    break;
                default:
                    client.Message(NoLossRecord.Cursor(received.Id), Encoding.UTF8.GetBytes(received.Data));
                    break;
            }
        }
    }
}
