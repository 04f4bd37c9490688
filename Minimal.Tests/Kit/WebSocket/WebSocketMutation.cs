using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>A small change that makes a valid sequence of frames doubtful: a bit, a length, a frame too many.</summary>
/// <param name="Name">What it does, as a few words: <c>frame without mask</c>.</param>
/// <param name="Rule">What valid frames with only this change break. Null: that depends on the frames.</param>
/// <param name="Fits">Which frames it can change.</param>
/// <param name="Change">From such a frame to what stands in its place; the masking key stays as it is unless the change says otherwise.</param>
public sealed record WebSocketMutation(
    string Name, ProtocolRule? Rule, Func<WebSocketFrameModel, bool> Fits, Func<WebSocketFrameModel, IReadOnlyList<WebSocketFrameModel>> Change)
{
    /// <summary>Whether a strict recipient must refuse valid frames with only this change.</summary>
    public bool IsRefused => Rule is not null;

    /// <summary>The places where the mutation can happen: indices of frames.</summary>
    public IReadOnlyList<int> Places(IReadOnlyList<WebSocketFrameModel> frames) => [.. Enumerable.Range(0, frames.Count).Where(n => Fits(frames[n]))];

    /// <summary>The frames with the change at one of its places.</summary>
    /// <param name="frames">The frames.</param>
    /// <param name="choice">Decides the place; any number that is not negative. Without a place the frames stay as they are.</param>
    public IReadOnlyList<WebSocketFrameModel> Apply(IReadOnlyList<WebSocketFrameModel> frames, int choice)
    {
        IReadOnlyList<int> places = Places(frames);
        if (places.Count == 0) return frames;
        int place = places[choice % places.Count];
        return [.. frames.Take(place), .. Change(frames[place]), .. frames.Skip(place + 1)];
    }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
