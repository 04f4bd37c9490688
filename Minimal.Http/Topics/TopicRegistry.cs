using System.Diagnostics.CodeAnalysis;

namespace Minimal.Http.Topics;

/// <summary>
/// The topics of a server by name. Topics are made when they are first asked for and expire when nobody needs them; those that
/// the program adds itself stay. Thread-safe.
/// </summary>
/// <param name="options">Which, how many, how long; null takes <see cref="TopicRegistryOptions.Default"/>.</param>
public sealed class TopicRegistry(TopicRegistryOptions? options = null)
{
    private readonly Lock _lock = new();
    private readonly TopicRegistryOptions _options = options ?? TopicRegistryOptions.Default;
    private readonly Dictionary<string, Entry> _topics = [];
    private readonly LinkedList<Entry> _byUse = new();

    /// <summary>Topics at present, with those that have not yet been noticed to be expired.</summary>
    public int Count
    {
        get
        {
            lock (_lock) return _topics.Count;
        }
    }

    /// <summary>The topic of a name, which is made if there is none. Taking it from here counts as use.</summary>
    /// <exception cref="TopicException">
    /// <see cref="TopicRules.NameUnusable"/>, <see cref="TopicRules.NoSuchTopic"/> or <see cref="TopicRules.TooManyTopics"/>.
    /// </exception>
    public Topic GetOrCreate(string name)
    {
        if (name.Length == 0 || name.Length > _options.MaxNameLength) throw new TopicException(TopicRules.NameUnusable);

        lock (_lock)
        {
            if (TryUse(name, out Topic? topic)) return topic;

            MakeRoom();
            topic = Make(name) ?? throw new TopicException(TopicRules.NoSuchTopic);
            var entry = new Entry(name, topic) { Used = _options.Time.GetTimestamp() };
            _topics.Add(name, entry);
            _byUse.AddLast(entry.Node);
            return topic;
        }
    }

    /// <summary>The topic of a name, if there is one. Taking it from here counts as use.</summary>
    public bool TryGet(string name, [MaybeNullWhen(false)] out Topic topic)
    {
        lock (_lock) return TryUse(name, out topic);
    }

    /// <summary>Adds a topic that stays until it is removed. It counts among <see cref="TopicRegistryOptions.MaxTopics"/>.</summary>
    /// <exception cref="ArgumentException">There is one of this name.</exception>
    /// <exception cref="TopicException"><see cref="TopicRules.TooManyTopics"/>.</exception>
    public void Add(Topic topic)
    {
        lock (_lock)
        {
            if (TryUse(topic.Name, out _)) throw new ArgumentException("There is a topic of this name.", nameof(topic));

            MakeRoom();
            _topics.Add(topic.Name, new Entry(topic.Name, topic));
        }
    }

    /// <summary>Removes a topic. Those who have it may go on with it. False if there was none.</summary>
    public bool Remove(string name)
    {
        lock (_lock)
        {
            if (!_topics.TryGetValue(name, out Entry? entry)) return false;
            Drop(entry);
            return true;
        }
    }

    /// <summary>
    /// Lets topics expire that nobody needs, and frees framed bytes that nobody waits for. Call it now and then: a topic goes at the
    /// latest after twice <see cref="TopicRegistryOptions.Idle"/>. Costs nothing for topics that have been used lately.
    /// </summary>
    /// <returns>How many have expired.</returns>
    public int Sweep()
    {
        lock (_lock)
        {
            int expired = 0;
            long now = _options.Time.GetTimestamp();
            while (_byUse.First is { } first && _options.Time.GetElapsedTime(first.Value.Used, now) > _options.Idle)
            {
                if (DropIfExpired(first.Value)) expired++;
                else KeepOn(first.Value, now);
            }

            return expired;
        }
    }

    private bool TryUse(string name, [MaybeNullWhen(false)] out Topic topic)
    {
        topic = null;
        if (!_topics.TryGetValue(name, out Entry? entry) || DropIfExpired(entry) || !entry.Topic.TryUse()) return false;

        if (entry.Expires) Keep(entry, _options.Time.GetTimestamp());
        topic = entry.Topic;
        return true;
    }

    private Topic? Make(string name) =>
        _options.Create is { } create ? create(name) : new Topic(name, TopicOptions.Default with { Time = _options.Time });

    private void MakeRoom()
    {
        if (_topics.Count < _options.MaxTopics) return;
        if (Sweep() == 0) throw new TopicException(TopicRules.TooManyTopics);
    }

    private bool DropIfExpired(Entry entry)
    {
        if (!entry.Expires || !entry.Topic.TryRetire(_options.Idle)) return false;
        Drop(entry);
        return true;
    }

    private void KeepOn(Entry entry, long now)
    {
        entry.Topic.ReleaseFramed();
        Keep(entry, now);
    }

    // The line stays in the order of use. Whether the topic itself was published to or waited for is looked at only when its turn comes.
    private void Keep(Entry entry, long now)
    {
        entry.Used = now;
        _byUse.Remove(entry.Node);
        _byUse.AddLast(entry.Node);
    }

    private void Drop(Entry entry)
    {
        _topics.Remove(entry.Name);
        if (entry.Expires) _byUse.Remove(entry.Node);
    }

    private sealed class Entry
    {
        public Entry(string name, Topic topic)
        {
            Name = name;
            Topic = topic;
            Node = new LinkedListNode<Entry>(this);
        }

        public string Name { get; }

        public Topic Topic { get; }

        public LinkedListNode<Entry> Node { get; }

        public bool Expires => Node.List is not null;

        public long Used { get; set; }
    }
}
