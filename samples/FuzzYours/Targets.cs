using Minimal.Http.Wire;

namespace Minimal.FuzzYours;

/// <summary>Which expectations belong to which URL.</summary>
internal static class Targets
{
    public static IEnumerable<Expectation> Of(Aim aim, bool isTopic)
    {
        if (isTopic) return TopicExpectations.Of(aim);
        return aim.Url.Scheme == "ws" ? WebSocketExpectations.Of(aim) : AnswerExpectations.Of(aim).Concat(RequestExpectations.Of(aim));
    }

    /// <summary>All that the planted server has: requests at <c>/</c>, a topic at <c>/topic</c>, a WebSocket at <c>/ws</c>.</summary>
    /// <param name="root">The server.</param>
    /// <param name="hunt">Tries the expectations.</param>
    /// <param name="rule">The only one to try; null for all.</param>
    public static IReadOnlyList<Finding> Planted(Uri root, Hunt hunt, ProtocolRule? rule = null)
    {
        var requests = new Aim(root);
        var topic = new Aim(new Uri(root, "topic"));
        var frames = new Aim(new UriBuilder(root) { Scheme = "ws", Path = "ws" }.Uri);
        return
        [
            .. hunt.Run(requests, Of(requests, isTopic: false).Where(IsMeant)),
            .. hunt.Run(topic, Of(topic, isTopic: true).Where(IsMeant)),
            .. hunt.Run(frames, Of(frames, isTopic: false).Where(IsMeant)),
        ];

        bool IsMeant(Expectation expectation) => rule is null || expectation.Rule == rule;
    }
}
