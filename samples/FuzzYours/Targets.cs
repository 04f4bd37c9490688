namespace Minimal.FuzzYours;

/// <summary>Which expectations belong to which URL.</summary>
internal static class Targets
{
    public static IEnumerable<Expectation> Of(Aim aim, bool isTopic)
    {
        if (isTopic) return TopicExpectations.Of(aim);
        return aim.Url.Scheme == "ws" ? WebSocketExpectations.Of(aim) : AnswerExpectations.Of(aim).Concat(RequestExpectations.Of(aim));
    }

    /// <summary>All that the planted server has: requests, a topic, a WebSocket.</summary>
    public static IEnumerable<Finding> Planted(Uri root, Hunt hunt)
    {
        var requests = new Aim(root);
        var topic = new Aim(new Uri(root, "topic"));
        var frames = new Aim(new UriBuilder(root) { Scheme = "ws", Path = "ws" }.Uri);
        return
        [
            .. hunt.Run(requests, Of(requests, isTopic: false)),
            .. hunt.Run(topic, Of(topic, isTopic: true)),
            .. hunt.Run(frames, Of(frames, isTopic: false)),
        ];
    }
}
