using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.WebSocket.Wire;

namespace Minimal.Testing;

/// <summary>Generators and shrinkers for frames and messages of WebSocket.</summary>
public static class WebSocketGen
{
    private static readonly byte[][] Closes = [[], [0x03, 0xE8], [0x03, 0xE9, .. "bye"u8], [0x0F, 0xA0]];

    /// <summary>Any masking key.</summary>
    public static Gen<uint> Key { get; } = Gen.ArrayOf(PayloadGen.AnyByte, 4).Select(bytes => BitConverter.ToUInt32(bytes));

    /// <summary>Lengths of all three forms, above all near their ends; up to 2^63 - 1.</summary>
    public static Gen<long> Length { get; } = Gen.OneOf(
        Gen.Choose(0, 130).Select(number => (long)number),
        Gen.Choose(65_530, 65_540).Select(number => (long)number),
        Gen.ArrayOf(PayloadGen.AnyByte, 8).Select(bytes => BitConverter.ToInt64(bytes) & long.MaxValue));

    /// <summary>Headers that a client may send.</summary>
    public static Gen<FrameHeader> Header { get; } =
        from final in Gen.Elements(true, false)
        from opcode in Gen.Elements(Opcode.Continuation, Opcode.Text, Opcode.Binary, Opcode.Close, Opcode.Ping, Opcode.Pong)
        from length in Length
        from key in Key
        let isControl = opcode.IsControl()
        select new FrameHeader(final || isControl, 0, opcode, isControl ? length % 126 : length, key);

    /// <summary>A message in any number of frames, pings between them; not compressed.</summary>
    public static Gen<WebSocketMessageModel> Message { get; } =
        from content in Gen.OneOf(
            PayloadGen.Text.Select(text => (IsText: true, Bytes: Encoding.UTF8.GetBytes(text))),
            PayloadGen.Noise.Select(bytes => (IsText: false, Bytes: bytes)))
        from fragments in Gen.ArrayOf(Gen.Frequency((3, Gen.Choose(1, 5)), (1, Gen.Choose(1, 400))))
        from pings in Gen.ArrayOf(Gen.Choose(0, 5).SelectMany(length => Gen.ArrayOf(PayloadGen.AnyByte, length)))
        select new WebSocketMessageModel(content.IsText, content.Bytes, fragments, pings);

    /// <summary>What a client sends after a handshake without extensions: messages, masked, sometimes a Close at the end.</summary>
    public static Gen<WebSocketStreamModel> FromClient { get; } = Stream(Message, Key.Select(key => (uint?)key));

    /// <summary>What a server sends after a handshake without extensions: messages, not masked, sometimes a Close at the end.</summary>
    public static Gen<WebSocketStreamModel> FromServer { get; } = Stream(Message, Gen.Constant<uint?>(null));

    /// <summary>What a client sends after agreeing on permessage-deflate: some messages are compressed, larger ones too.</summary>
    public static Gen<WebSocketStreamModel> CompressedFromClient { get; } = Stream(
        from message in Message
        from content in Gen.OneOf(Gen.Constant(message.Content), PayloadGen.Compressible)
        from isCompressed in Gen.Elements(true, false)
        select message with { IsText = message.IsText && content == message.Content, Content = content, IsCompressed = isCompressed },
        Key.Select(key => (uint?)key));

    /// <summary>Nearly valid: what a client sends, with a mutation or a few.</summary>
    public static Gen<WebSocketMutant> NearlyFromClient { get; } = Nearly(FromClient.Where(stream => stream.Frames().Count > 0));

    /// <summary>Nearly valid: what a server sends, with a mutation or a few.</summary>
    public static Gen<WebSocketMutant> NearlyFromServer { get; } = Nearly(FromServer.Where(stream => stream.Frames().Count > 0));

    /// <summary>Fewer messages, simpler ones, no Close; always valid.</summary>
    public static IEnumerable<WebSocketStreamModel> Shrink(WebSocketStreamModel stream)
    {
        foreach (IReadOnlyList<WebSocketMessageModel> messages in Shrinking.List(stream.Messages, Shrink)) yield return stream with { Messages = messages };
        if (stream.Close is not null) yield return stream with { Close = null };
        if (stream.Close is { Length: > 2 }) yield return stream with { Close = [0x03, 0xE8] };
        if (stream.Key > 0) yield return stream with { Key = 0 };
    }

    /// <summary>Fewer mutations, then a smaller origin that they still fit.</summary>
    public static IEnumerable<WebSocketMutant> Shrink(WebSocketMutant mutant)
    {
        if (mutant.Mutations.Count > 1)
        {
            foreach (var mutation in mutant.Mutations) yield return mutant with { Mutations = [mutation] };
        }

        foreach (WebSocketStreamModel origin in Shrink(mutant.Origin))
        {
            IReadOnlyList<WebSocketFrameModel> frames = origin.Frames();
            if (mutant.Mutations.All(step => step.Mutation.Places(frames).Count > 0)) yield return mutant with { Origin = origin };
        }
    }

    private static Gen<WebSocketStreamModel> Stream(Gen<WebSocketMessageModel> message, Gen<uint?> keys) =>
        from count in Gen.Choose(0, 5)
        from messages in Gen.ArrayOf(message, count)
        from key in keys
        from keepsWindow in Gen.Elements(true, false)
        from close in Gen.Frequency((2, Gen.Constant<byte[]?>(null)), (1, Gen.Elements(Closes).Select(close => (byte[]?)close)))
        select new WebSocketStreamModel(messages, key, keepsWindow, close);

    private static Gen<WebSocketMutant> Nearly(Gen<WebSocketStreamModel> valid) =>
        from origin in valid
        from count in Gen.Frequency((6, Gen.Constant(1)), (2, Gen.Constant(2)))
        let frames = origin.Frames()
        let fitting = WebSocketMutations.All.Where(mutation => mutation.Places(frames).Count > 0)
        from steps in Gen.ArrayOf(from mutation in Gen.Elements(fitting) from choice in Gen.Choose(0, 1000) select (mutation, choice), count)
        select new WebSocketMutant(origin, steps);

    private static IEnumerable<WebSocketMessageModel> Shrink(WebSocketMessageModel message)
    {
        if (message.IsCompressed) yield return message with { IsCompressed = false };
        if (message.Pings.Count > 0) yield return message with { Pings = [.. message.Pings.Take(message.Pings.Count / 2)] };
        if (message.Pings.Count > 0 && message.Pings[^1].Length > 0) yield return message with { Pings = [.. message.Pings.Select(_ => Array.Empty<byte>())] };
        foreach (IReadOnlyList<int> sizes in Shrinking.List(message.Fragments, size => size > 1 ? [1] : [])) yield return message with { Fragments = sizes };
        if (message.IsText && message.Content.Any(value => value > 'a')) yield return message with { Content = [.. message.Content.Select(_ => (byte)'a')] };
        if (message.IsText && message.Content.Any(value => value > 0x7F)) yield break;
        foreach (byte[] content in Shrinking.Bytes(message.Content)) yield return message with { Content = content };
    }
}
