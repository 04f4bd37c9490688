namespace Minimal.Http.Topics;

/// <summary>What a <see cref="TopicClient"/> got to know of one topic.</summary>
/// <param name="Topic">Its name; empty for the one topic of an endpoint that has no other.</param>
/// <param name="Batch">Messages, a gap in front of them, and whether there will be no more.</param>
public readonly record struct TopicNews(string Topic, TopicBatch Batch);
