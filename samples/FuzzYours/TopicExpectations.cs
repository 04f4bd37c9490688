using Minimal.Testing;

namespace Minimal.FuzzYours;

/// <summary>No message is lost: the kit's schedules of publishing, polling, cutting and coming again.</summary>
internal static class TopicExpectations
{
    public static IEnumerable<Expectation> Of(Aim aim) => [new(AnswerRules.MessageLost, NoLossCheck.Of(aim.Url, [NoLossTransport.ShortPoll]))];
}
