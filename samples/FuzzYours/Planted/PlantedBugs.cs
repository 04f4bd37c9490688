using Minimal.Http.Wire;
using Minimal.WebSocket.Wire;

namespace Minimal.FuzzYours.Planted;

/// <summary>Which rule each planted bug breaks: what must be found, and nothing else.</summary>
internal static class PlantedBugs
{
    public static IReadOnlyDictionary<PlantedBug, ProtocolRule> Rules { get; } = new Dictionary<PlantedBug, ProtocolRule>
    {
        [PlantedBug.AcceptsBareLineFeed] = HttpRules.BareLineFeed,
        [PlantedBug.TakesLastLength] = HttpRules.LengthRepeated,
        [PlantedBug.IgnoresCodingBesideLength] = HttpRules.LengthAndCoding,
        [PlantedBug.AcceptsSignedLength] = HttpRules.InvalidLength,
        [PlantedBug.ReadsChunkSizesIn32Bits] = HttpRules.ChunkTooLarge,
        [PlantedBug.AcceptsSpaceBeforeColon] = HttpRules.SpaceBeforeColon,
        [PlantedBug.UnfoldsFields] = HttpRules.ObsoleteFold,
        [PlantedBug.AcceptsSecondHost] = HttpRules.HostRepeated,
        [PlantedBug.DropsBeginningOfNextRequest] = AnswerRules.RequestLost,
        [PlantedBug.SkipsByteBetweenReads] = AnswerRules.ChunksDependOnReads,
        [PlantedBug.AnswersHeadWithContent] = AnswerRules.ContentAfterHead,
        [PlantedBug.ReflectsLineEnds] = AnswerRules.FieldInjected,
        [PlantedBug.LosesMessageBetweenPolls] = AnswerRules.MessageLost,
        [PlantedBug.AcceptsUnmaskedFrames] = WebSocketRules.MaskMissing,
    };

    public static IReadOnlySet<PlantedBug> All { get; } = Rules.Keys.ToHashSet();
}
