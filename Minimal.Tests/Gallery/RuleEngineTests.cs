using Minimal.Gallery.Demos.Tokens;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Gallery;

public sealed class RuleEngineTests
{
    [Theory]
    [InlineData("I need a rest from my work.", "What would it mean to you to have a rest from your work? And what would you do on the day after?")]
    [InlineData("Well, I’M tired of you!", "How long have you been tired of me? And is there somebody who knows it?")]
    [InlineData("I can't remember your name", "How do you know that you cannot remember my name? Perhaps nobody has tried it in this way yet.")]
    [InlineData("thinking of it", "Please go on.")]
    [InlineData("", "Please go on.")]
    [InlineData("你好！", "你好。想说什么都可以；也可以问我事件流、长轮询或者 WebSocket，这几样我各会说一两句。")]
    public void It_finds_a_keyword_and_turns_the_rest_around(string said, string answer) => Assert.Equal(answer, new RuleEngine().Answer(said));

    [Fact]
    public void A_rule_gives_its_answers_in_turn()
    {
        var engine = new RuleEngine();
        string[] answers = [.. Enumerable.Range(0, 5).Select(_ => engine.Answer("..."))];
        Assert.Equal(4, answers.Distinct().Count());
        Assert.Equal(answers[0], answers[4]);
    }

    [Property]
    public void Whatever_is_said_has_an_answer_and_its_pieces_are_the_answer(string? said)
    {
        string answer = new RuleEngine().Answer(said ?? "");
        Assert.NotEqual("", answer);
        Assert.Equal(answer, string.Concat(RuleEngine.Cut(answer)));
    }
}
