namespace Minimal.Http.Topics;

/// <summary>One message of a topic. Nothing of it changes once it is in the topic.</summary>
/// <param name="Id">Its place: the cursor that stands directly behind it. Sequence numbers increase, not always by one.</param>
/// <param name="Data">The data, which the topic owns; do not write to it.</param>
/// <param name="Type">What kind of message this is, such as an SSE event type; null says nothing. Without control characters.</param>
/// <param name="Key">What the message is about; a compacted topic keeps the latest message of each key. Without control characters.</param>
public readonly record struct TopicMessage(Cursor Id, ReadOnlyMemory<byte> Data, string? Type, string? Key)
{
    /// <summary>What a message counts beside its data and its texts: about what it takes in memory, so that empty messages are bounded too.</summary>
    internal const int Overhead = 64;

    /// <summary>What this message counts against <see cref="TopicOptions.MaxBytes"/>.</summary>
    internal long Cost => CostOf(Data, Type, Key);

    internal static long CostOf(ReadOnlyMemory<byte> data, string? type, string? key) =>
        Overhead + data.Length + (sizeof(char) * ((long)(type?.Length ?? 0) + (key?.Length ?? 0)));
}
