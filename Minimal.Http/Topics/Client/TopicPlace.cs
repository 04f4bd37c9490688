namespace Minimal.Http.Topics;

/// <summary>Where a client stands in one topic.</summary>
internal sealed class TopicPlace(string name, TopicPosition position)
{
    public string Name { get; } = name;

    public TopicPosition Position { get; set; } = position;

    public bool IsEnded { get; set; }

    /// <summary>The part of a query that says it.</summary>
    public string Query(bool isOfSeveral)
    {
        if (Name.Length == 0) return $"&after={Position}";
        string name = Uri.EscapeDataString(Name);
        return isOfSeveral ? $"&topic={name}@{Position}" : $"&topic={name}&after={Position}";
    }
}
