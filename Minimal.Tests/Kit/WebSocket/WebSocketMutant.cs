using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>Frames that were valid before a few mutations.</summary>
/// <param name="Origin">The valid frames.</param>
/// <param name="Mutations">What is done to them in this order, each with the number that decides the place.</param>
public sealed record WebSocketMutant(WebSocketStreamModel Origin, IReadOnlyList<(WebSocketMutation Mutation, int Choice)> Mutations)
{
    /// <summary>What they break: the rule of their only mutation. Null where that is not certain.</summary>
    public ProtocolRule? Rule => Mutations is [(var mutation, _)] ? mutation.Rule : null;

    /// <summary>The names of the mutations.</summary>
    public string Name => string.Join(" and ", Mutations.Select(step => step.Mutation.Name));

    /// <summary>The frames after the mutations.</summary>
    public IReadOnlyList<WebSocketFrameModel> Frames() =>
        Mutations.Aggregate(Origin.Frames(), (frames, step) => step.Mutation.Apply(frames, step.Choice));

    /// <summary>The frames on the wire.</summary>
    public byte[] ToBytes() => [.. Frames().SelectMany(frame => frame.ToBytes())];

    /// <summary>The names of the mutations, and the frames in words.</summary>
    public override string ToString() => $"{Name}:\n{string.Join('\n', Frames())}";
}
