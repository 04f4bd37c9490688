using Minimal.Http.Topics;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Topics;

/// <summary>The model itself: what it lets pass and what it finds.</summary>
public sealed class NoLossModelTests
{
    private readonly NoLossModel _model = new();
    private readonly NoLossModel _compacted = new(isCompacted: true);

    public NoLossModelTests()
    {
        for (int sequence = 1; sequence <= 5; sequence++)
        {
            _model.Published(new TopicMessage(Id(sequence), Data(sequence), null, null));
            _compacted.Published(new TopicMessage(Id(sequence), Data(sequence), null, sequence % 2 == 0 ? "even" : "odd"));
        }
    }

    [Fact]
    public void Messages_in_order_pass_and_are_counted()
    {
        Saw(_model, 2, 3, 4, 5);
        Assert.Equal(3, _model.Check(toTheEnd: true).Messages);
    }

    [Fact]
    public void A_gap_that_covers_what_is_missing_passes()
    {
        NoLossClient client = _model.Client("a", Id(1));
        client.Gap(Id(1), Id(4));
        client.Message(Id(5), Data(5));
        Assert.Equal(3, _model.Check(toTheEnd: true).Missed);
    }

    [Fact]
    public void A_gap_into_another_life_passes()
    {
        NoLossClient client = _model.Client("a", new Cursor(9, 7));
        client.Gap(new Cursor(9, 7), Id(4));
        client.Message(Id(5), Data(5));
        _model.Check(toTheEnd: true);
    }

    [Theory]
    [InlineData("lost", 0, 1, 3)]
    [InlineData("second time", 0, 1, 1)]
    [InlineData("out of order", 0, 1, 2, 3, 2)]
    [InlineData("nobody published", 5, 6)]
    public void What_breaks_the_promise_is_found(string how, int begin, params int[] ids)
    {
        Saw(_model, begin, ids);
        Finds(_model, how, toTheEnd: false);
    }

    [Fact]
    public void A_client_that_got_too_little_is_found_only_when_it_had_the_time()
    {
        Saw(_model, 0, 1, 2);
        _model.Check(toTheEnd: false);
        Finds(_model, "3 messages are lost", toTheEnd: true);
    }

    [Fact]
    public void Other_data_is_found()
    {
        _model.Client("a", Id(0)).Message(Id(1), Data(2));
        Finds(_model, "other data");
    }

    [Fact]
    public void Another_life_without_a_gap_is_found()
    {
        _model.Client("a", new Cursor(9, 0)).Message(Id(1), Data(1));
        Finds(_model, "another life");
    }

    [Fact]
    public void A_gap_that_begins_too_late_is_found()
    {
        _model.Client("a", Id(0)).Gap(Id(2), Id(4));
        Finds(_model, "lost");
    }

    [Fact]
    public void A_gap_over_nothing_is_found()
    {
        _model.Client("a", Id(4)).Gap(Id(4), Id(4));
        Finds(_model, "nothing");
    }

    [Fact]
    public void A_gap_of_somebody_else_is_found()
    {
        _model.Client("a", Id(4)).Gap(new Cursor(9, 0), Id(5));
        Finds(_model, "stood at");
    }

    [Fact]
    public void A_gap_that_leads_back_is_found()
    {
        NoLossClient client = Saw(_model, 0, 1, 2, 3);
        client.Gap(Id(3), Id(1));
        Finds(_model, "nothing");
    }

    [Fact]
    public void An_end_too_early_or_of_a_topic_that_goes_on_is_found()
    {
        NoLossClient client = Saw(_model, 0, 1, 2, 3, 4);
        client.End();
        Finds(_model, "not complete");
        _model.Completed(1);
        Finds(_model, "lost");
    }

    [Fact]
    public void Anything_behind_the_end_is_found()
    {
        _model.Completed(1);
        NoLossClient client = Saw(_model, 5);
        client.End();
        _model.Check(toTheEnd: true);
        client.Message(Id(5), Data(5));
        Finds(_model, "behind the end");
    }

    [Fact]
    public void Two_messages_with_one_id_are_found() =>
        Assert.Throws<NoLossException>(() => _model.Published(new TopicMessage(Id(5), Data(5), null, null)));

    [Theory]
    [InlineData(1, 2, 3, 4, 5)]
    [InlineData(2, 5)]
    [InlineData(4, 5)]
    public void In_a_compacted_topic_replaced_messages_may_be_left_out(params int[] ids)
    {
        Saw(_compacted, 0, ids);
        if (ids.Contains(4)) _compacted.Check(toTheEnd: true);
        else Finds(_compacted, "the first is 1-4", toTheEnd: true);
    }

    private static void Finds(NoLossModel model, string what, bool toTheEnd = true) =>
        Assert.Contains(what, Assert.Throws<NoLossException>(() => model.Check(toTheEnd)).Message, StringComparison.Ordinal);

    private static NoLossClient Saw(NoLossModel model, int begin, params int[] ids)
    {
        NoLossClient client = model.Client("a", Id(begin));
        foreach (int id in ids) client.Message(Id(id), Data(id));
        return client;
    }

    private static Cursor Id(int sequence) => new(1, sequence);

    private static byte[] Data(int sequence) => [(byte)sequence];
}
