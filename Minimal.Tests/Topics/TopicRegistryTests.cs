using Minimal.Http.Topics;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>Topics by name, and how long they live.</summary>
public sealed class TopicRegistryTests
{
    private static readonly TimeSpan Idle = TimeSpan.FromMinutes(10);
    private readonly ManualTime _time = new();

    [Fact]
    public void A_topic_is_made_when_it_is_first_asked_for()
    {
        TopicRegistry registry = Make();
        Assert.False(registry.TryGet("a", out _));
        Topic topic = registry.GetOrCreate("a");
        Assert.Same(topic, registry.GetOrCreate("a"));
        Assert.True(registry.TryGet("a", out Topic? same));
        Assert.Same(topic, same);
        Assert.NotSame(topic, registry.GetOrCreate("b"));
        Assert.Equal(("a", 2), (topic.Name, registry.Count));
    }

    [Fact]
    public void What_the_program_does_not_know_is_refused()
    {
        TopicRegistry registry = Make(options => options with { Create = name => name == "a" ? new Topic("a") : null, MaxNameLength = 3 });
        Assert.Same(TopicRules.NoSuchTopic, Refused(() => registry.GetOrCreate("b")));
        Assert.Same(TopicRules.NameUnusable, Refused(() => registry.GetOrCreate("")));
        Assert.Same(TopicRules.NameUnusable, Refused(() => registry.GetOrCreate("aaaa")));
        registry.GetOrCreate("a");
        Assert.Equal(1, registry.Count);
    }

    [Fact]
    public void Nobody_needs_it_so_it_expires_and_its_next_life_is_another()
    {
        TopicRegistry registry = Make();
        Topic first = registry.GetOrCreate("a");
        Cursor id = first.Publish("x");
        _time.Advance(Idle);
        Assert.Same(first, registry.GetOrCreate("a"));

        _time.Advance(Idle + TimeSpan.FromTicks(1));
        Topic second = registry.GetOrCreate("a");
        Assert.NotSame(first, second);
        Assert.NotNull(second.Read(id).Gap);
        Assert.Same(TopicRules.Expired, Refused(() => first.Publish("y")));
        Assert.Same(TopicRules.Expired, Refused(() => first.Register(new TestWaiter(first.End))));
    }

    [Fact]
    public void Who_waits_or_publishes_keeps_it()
    {
        TopicRegistry registry = Make();
        Topic waited = registry.GetOrCreate("waited");
        Topic published = registry.GetOrCreate("published");
        registry.GetOrCreate("idle");
        var waiter = new TestWaiter(waited.End);
        waited.Register(waiter);

        _time.Advance(Idle);
        published.Publish("x");
        _time.Advance(TimeSpan.FromTicks(1));
        Assert.Equal(1, registry.Sweep());
        Assert.True(registry.TryGet("waited", out _) && registry.TryGet("published", out _));

        waited.Unregister(waiter);
        _time.Advance(2 * Idle);
        Assert.Equal(2, registry.Sweep());
        Assert.Equal(0, registry.Count);
    }

    [Fact]
    public void The_end_of_a_wait_is_use()
    {
        TopicRegistry registry = Make();
        Topic topic = registry.GetOrCreate("a");
        var waiter = new TestWaiter(topic.End);
        topic.Register(waiter);
        _time.Advance(2 * Idle);
        topic.Unregister(waiter);
        Assert.Same(topic, registry.GetOrCreate("a"));
    }

    [Fact]
    public void What_the_program_added_stays()
    {
        TopicRegistry registry = Make();
        var topic = new Topic("a", new TopicOptions { Time = _time });
        registry.Add(topic);
        Assert.Throws<ArgumentException>(() => registry.Add(new Topic("a")));
        _time.Advance(100 * Idle);
        Assert.Equal(0, registry.Sweep());
        Assert.Same(topic, registry.GetOrCreate("a"));

        Assert.True(registry.Remove("a"));
        Assert.False(registry.Remove("a"));
        topic.Publish("still works");
        Assert.NotSame(topic, registry.GetOrCreate("a"));
        Assert.True(registry.Remove("a"));
        Assert.Equal(0, registry.Count);
    }

    [Fact]
    public void One_topic_too_many_is_refused_until_one_has_expired()
    {
        TopicRegistry registry = Make(options => options with { MaxTopics = 2 });
        Topic kept = registry.GetOrCreate("a");
        registry.GetOrCreate("b");
        Assert.Same(TopicRules.TooManyTopics, Refused(() => registry.GetOrCreate("c")));
        Assert.Same(TopicRules.TooManyTopics, Refused(() => registry.Add(new Topic("c"))));

        kept.Register(new TestWaiter(kept.End));
        _time.Advance(2 * Idle);
        registry.GetOrCreate("c");
        Assert.False(registry.TryGet("b", out _));
        Assert.True(registry.TryGet("a", out _));
    }

    [Fact]
    public void A_sweep_looks_only_at_what_was_not_used_lately()
    {
        TopicRegistry registry = Make();
        for (int count = 0; count < 100; count++)
        {
            registry.GetOrCreate($"{count}");
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        Assert.Equal(90, registry.Sweep());
        Assert.Equal(10, registry.Count);
        Assert.Equal(0, _time.ArmedTimers);
    }

    [Fact]
    public void Framed_bytes_that_nobody_waits_for_are_freed()
    {
        TopicRegistry registry = Make();
        Topic topic = registry.GetOrCreate("a");
        var framing = new LineFraming();
        FramedLog log = topic.Framed(framing)!;
        _time.Advance(Idle);
        Cursor at = topic.End;
        topic.Publish("x");
        _time.Advance(TimeSpan.FromTicks(1));
        registry.Sweep();

        FramedLog second = topic.Framed(framing)!;
        Assert.NotSame(log, second);
        Assert.Equal(1, log.Read(at).Messages);

        topic.Register(new TestWaiter(topic.End));
        _time.Advance(2 * Idle);
        registry.Sweep();
        Assert.Same(second, topic.Framed(framing));
    }

    private static ProtocolRule Refused(Action act) => Assert.Throws<TopicException>(act).Rule;

    private TopicRegistry Make(Func<TopicRegistryOptions, TopicRegistryOptions>? change = null)
    {
        var options = new TopicRegistryOptions { Time = _time, Idle = Idle, Create = name => new Topic(name, new TopicOptions { Time = _time }) };
        return new TopicRegistry(change?.Invoke(options) ?? options);
    }
}
