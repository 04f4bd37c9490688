using System.Buffers;
using Minimal.Http.Topics;
using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Demos.Chat;

/// <summary>Somebody in a room.</summary>
/// <param name="connection">Theirs.</param>
/// <param name="room">What is said there.</param>
/// <param name="me">What their client calls itself, however often it comes back.</param>
/// <param name="name">What others call them.</param>
/// <param name="hearsItself">Whether what they say comes back to them as it goes to all others.</param>
internal sealed class Guest(WebSocketConnection connection, Topic room, string me, string name, bool hearsItself)
{
    private Cursor _unknown;

    public WebSocketConnection Connection => connection;

    public Topic Room => room;

    public string Me => me;

    /// <summary>Changed by <see cref="Company"/>, so that no two of a room have the same.</summary>
    public string Name { get; set; } = name;

    /// <summary>Sends all that is said behind a position, until this end is told to stop or the other has left. Never fails.</summary>
    public async Task HearAsync(TopicPosition position, CancellationToken left)
    {
        // Who begins anew does not know any more what they said themselves; who goes on at a cursor does.
        _unknown = position.IsEarliest ? room.End : default;
        try
        {
            Cursor after = await room.ResolveAsync(position, left);
            while (!left.IsCancellationRequested)
            {
                TopicBatch batch = room.Read(after);
                if (batch.Gap is { } gap && gap.From.Sequence > 0) await connection.SendAsync("{\"type\":\"gap\"}", left);
                for (int i = 0; i < batch.Messages.Length; i++) await HearAsync(batch.Messages.Span[i]);
                after = batch.Next;
                await room.WaitAsync(after, left);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or WebSocketClosedException or TopicException)
        {
            // Whoever receives on this connection hears why it ended, and leaves.
        }
    }

    private async ValueTask HearAsync(TopicMessage message)
    {
        if (message.Key == me && !hearsItself && message.Id.Sequence > _unknown.Sequence) return;
        var record = new ArrayBufferWriter<byte>();
        if (message.Type == "text")
        {
            MessageJson.Write(message, record);
            await connection.SendAsync(record.WrittenMemory, Opcode.Text);
            return;
        }

        (ReadOnlyMemory<byte> said, ReadOnlyMemory<byte> image) = Picture.Split(message.Data);
        MessageJson.Write(message with { Data = said }, record);
        await using WebSocketMessageWriter writer = connection.BeginMessage(Opcode.Binary);
        await writer.WriteAsync(Picture.Join(record.WrittenSpan, []));
        await writer.CompleteAsync(image);
    }
}
