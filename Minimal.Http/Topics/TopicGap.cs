namespace Minimal.Http.Topics;

/// <summary>
/// A stretch that a reader asked for and that cannot be had: what lay behind <paramref name="From"/>, up to and including
/// <paramref name="To"/>, may be lost to it. The two are of different epochs when the reader came from another life of the
/// log; <paramref name="To"/> is the smaller one when the reader claimed to be ahead of the log's end.
/// </summary>
/// <param name="From">The cursor that the reader gave.</param>
/// <param name="To">Where reading goes on.</param>
public readonly record struct TopicGap(Cursor From, Cursor To);
