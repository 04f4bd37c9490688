using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>Header, order, mask, compression and UTF-8 together: what was sent is what is received, and anything else is survived.</summary>
public sealed class MessageProperties
{
    private static readonly Arbitrary<Script> Scripts = Arb.From(
        from messages in Gen.ArrayOf(Gen.OneOf(PayloadGen.Text.Select(text => (true, Encoding.UTF8.GetBytes(text))), PayloadGen.Compressible.Select(bytes => (false, bytes))))
        from compressed in Gen.ArrayOf(Gen.Elements(true, false), messages.Length)
        from fragments in Generators.Cuts
        from pings in Gen.ArrayOf(Gen.Choose(0, 5))
        from key in WebSocketGen.Key
        from pieces in Generators.Cuts
        from noTakeover in Gen.Elements(true, false)
        select new Script(messages, compressed, fragments, pings, key, pieces, noTakeover));

    private static readonly Arbitrary<(byte[] Bytes, bool IsDeflate)> NearlyConversations = Arb.From(
        from bytes in Generators.NearlyFrames
        from isDeflate in Gen.Elements(true, false)
        select (bytes, isDeflate));

    [Fact]
    [Requirement("WS-5.4-06", "WS-6.2-01", "DEF-6-01", "DEF-6.1-02", "DEF-6.2-01")]
    public void Messages_arrive_as_they_were_sent() => Properties.Holds(Scripts, script => Arrives(script, script.Deflate), 40);

    [Fact]
    public void A_receiver_that_empties_its_window_is_found() =>
        Properties.MustFail(Scripts, script => Arrives(script, new DeflateParameters(true, true)), 200);

    [Fact]
    public void A_receiver_without_compression_is_found() => Properties.MustFail(Scripts, script => Arrives(script, null), 200);

    [Fact]
    [Requirement("WS-5.2-07")]
    public void Whatever_arrives_the_answer_does_not_depend_on_the_pieces() =>
        Properties.Holds(NearlyConversations, given => SplitInvariant(given.Bytes, pieces => Transcript(pieces, given.IsDeflate)));

    [Fact]
    public void A_receiver_that_expects_whole_frames_is_found() => Properties.MustFail(NearlyConversations, given =>
        SplitInvariant(given.Bytes, pieces => string.Join('\n', pieces.Select(piece => Transcript([piece], given.IsDeflate)).Where(text => text.Length > 0))));

    [Fact]
    public void Pure_noise_is_survived() => Properties.Holds(Arb.From(PayloadGen.Noise), noise => SplitInvariant(noise, pieces => Transcript(pieces, true)));

    private static string Transcript(IEnumerable<byte[]> pieces, bool isDeflate) =>
        PureReceiver.Transcript(pieces, deflate: isDeflate ? Conversations.Deflate : null, limits: new WebSocketLimits { MaxMessageBytes = 2000, MaxFrameBytes = 1500 });

    private static void SplitInvariant(byte[] bytes, Func<IReadOnlyList<byte[]>, string> receive)
    {
        string whole = receive([bytes]);
        foreach (int size in (int[])[1, 2, 3, 5, 100]) Assert.Equal(whole, receive(Arrivals.Cut(bytes, [size])));
        for (int at = 0; at < Math.Min(bytes.Length, 60); at++) Assert.Equal(whole, receive([bytes[..at], bytes[at..]]));
    }

    private static void Arrives(Script script, DeflateParameters? deflate)
    {
        (byte[] bytes, string transcript) = script.Play();
        var limits = new WebSocketLimits { MaxMessageBytes = 1_000_000, MaxInflateRatio = 2000 };
        Assert.Equal(transcript, PureReceiver.Transcript(Arrivals.Cut(bytes, script.Pieces), deflate: deflate, limits: limits));
    }

    /// <summary>What a client says, and how it cuts it up.</summary>
    private sealed record Script(
        (bool IsText, byte[] Bytes)[] Messages, bool[] Compressed, int[] Fragments, int[] Pings, uint Key, int[] Pieces, bool NoTakeover)
    {
        public DeflateParameters Deflate => new(ClientNoContextTakeover: NoTakeover);

        public (byte[] Bytes, string Transcript) Play()
        {
            var wire = new List<byte>();
            var transcript = new List<string>();
            using var deflater = new MessageDeflater(NoTakeover);
            for (int i = 0; i < Messages.Length; i++) Send(Messages[i], Compressed[i], deflater, wire, transcript);
            return ([.. wire], string.Join('\n', transcript));
        }

        public override string ToString() => $"{Messages.Length} messages, {string.Join(' ', Messages.Select(message => Hex.Of(message.Bytes)))}";

        private void Send((bool IsText, byte[] Bytes) message, bool isCompressed, MessageDeflater deflater, List<byte> wire, List<string> transcript)
        {
            IReadOnlyList<byte[]> parts = Arrivals.Cut(message.Bytes, Fragments);
            if (parts.Count == 0) parts = [[]];
            for (int i = 0; i < parts.Count; i++)
            {
                bool isLast = i == parts.Count - 1;
                byte[] payload = isCompressed ? Hex.Bytes(Hex.Written(output => deflater.Write(parts[i], isLast, output))) : parts[i];
                int kind = i > 0 ? 0 : (isCompressed ? 0x40 : 0) | (message.IsText ? 1 : 2);
                wire.AddRange(WebSocketFrameModel.Bytes((isLast ? 0x80 : 0) | kind, payload, Key + (uint)i));
                if (!isLast && Pings.Length > 0) Ping(Pings[i % Pings.Length], wire, transcript);
            }

            transcript.Add(message.IsText ? $"text {Encoding.UTF8.GetString(message.Bytes)}" : $"binary {Hex.Of(message.Bytes)}");
        }

        private void Ping(int length, List<byte> wire, List<string> transcript)
        {
            if (length == 0) return;
            byte[] payload = [.. Enumerable.Range(0, length).Select(n => (byte)n)];
            wire.AddRange(WebSocketFrameModel.Bytes(0x89, payload, Key));
            transcript.Add($"ping {Hex.Of(payload)}");
        }
    }
}
