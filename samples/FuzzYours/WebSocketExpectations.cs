using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;
using Minimal.WebSocket.Wire;

namespace Minimal.FuzzYours;

/// <summary>Must be refused: frames with one mutation that breaks a rule. The server is to send each message back.</summary>
internal static class WebSocketExpectations
{
    private static readonly byte[] Marker = "behind the mutation"u8.ToArray();

    public static IEnumerable<Expectation> Of(Aim aim) => WebSocketMutations.All
        .Where(mutation => mutation.IsRefused && mutation.Rule != WebSocketRules.MaskPresent)
        .GroupBy(mutation => mutation.Rule!)
        .Select(rule => Expectation.Of(rule.Key, Attacks([.. rule]), attack => Judge(aim, attack)));

    // It was taken if the message behind it comes back, or if a Close comes back as it was sent.
    private static string? Judge(Aim aim, WebSocketMutant attack)
    {
        byte[] close = attack.Frames().LastOrDefault(frame => frame.Opcode == Opcode.Close)?.Payload ?? [];
        byte[] behind = new WebSocketFrameModel(Opcode.Text, Marker) { Key = 7 }.ToBytes();
        byte[] answer = aim.Ask(Splits.Whole((byte[])[.. Handshake(aim), .. attack.ToBytes(), .. behind]), HasMarker);
        bool isTaken = HasMarker(answer) || (close.Length > 0 && answer.AsSpan().EndsWith(new WebSocketFrameModel(Opcode.Close, close).ToBytes()));
        return isTaken ? EscapedBytes.Write(Behind101(answer), most: 200) : null;
    }

    private static bool HasMarker(byte[] answer) => answer.AsSpan().IndexOf(Marker) >= 0;

    private static byte[] Handshake(Aim aim) => Encoding.ASCII.GetBytes(
        $"GET {aim.Target} HTTP/1.1\r\nHost: {aim.Host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n");

    private static ReadOnlySpan<byte> Behind101(byte[] answer) => answer.AsSpan(Math.Max(0, answer.AsSpan().IndexOf("\r\n\r\n"u8) + 4));

    private static Arbitrary<WebSocketMutant> Attacks(IReadOnlyList<WebSocketMutation> mutations)
    {
        IEnumerable<WebSocketMutation> fitting(WebSocketStreamModel stream) => mutations.Where(mutation => mutation.Places(stream.Frames()).Count > 0);
        Gen<WebSocketMutant> attacks =
            from stream in WebSocketGen.FromClient.Select(stream => stream with { Close = null }).Where(stream => fitting(stream).Any())
            from mutation in Gen.Elements(fitting(stream))
            from choice in Gen.Choose(0, 1000)
            select new WebSocketMutant(stream, [(mutation, choice)]);
        return Arb.From(attacks, WebSocketGen.Shrink);
    }
}
