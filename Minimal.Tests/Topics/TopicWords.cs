using System.Text;
using Minimal.Http.Topics;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Short forms for tests that read like sentences.</summary>
internal static class TopicWords
{
    /// <summary>Publishes a text; the stores of these tests never wait.</summary>
    public static Cursor Publish(this Topic topic, string text, string? type = null, string? key = null) =>
        topic.Publish(Encoding.UTF8.GetBytes(text), type, key);

    /// <summary>Publishes data; the stores of these tests never wait.</summary>
    public static Cursor Publish(this Topic topic, byte[] data, string? type = null, string? key = null)
    {
        ValueTask<Cursor> published = topic.PublishAsync(data, type, key);
        return published.IsCompletedSuccessfully ? published.Result : throw new InvalidOperationException("The store waits.");
    }

    public static Cursor[] PublishMany(this Topic topic, int count) => [.. Enumerable.Range(1, count).Select(at => topic.Publish($"{at}"))];

    public static void Complete(this Topic topic)
    {
        ValueTask completed = topic.CompleteAsync();
        Assert.True(completed.IsCompletedSuccessfully);
    }

    public static string Text(this TopicMessage message) => Encoding.UTF8.GetString(message.Data.Span);

    /// <summary>The data of all messages, with a comma between each.</summary>
    public static string Texts(this TopicBatch batch) => string.Join(',', batch.Messages.ToArray().Select(Text));

    public static Cursor Place(this Topic topic, long sequence) => new(topic.End.Epoch, sequence);
}
