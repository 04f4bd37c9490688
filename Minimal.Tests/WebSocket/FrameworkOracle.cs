using System.Net.WebSockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;
using FrameworkSocket = System.Net.WebSockets.WebSocket;

namespace Minimal.Tests.WebSocket;

/// <summary>The framework's own WebSocket over memory: it reads what we write and we read what it writes, in both roles.</summary>
public sealed class FrameworkOracle
{
    private static readonly Arbitrary<(byte[][] Messages, int[] Fragments, bool IsClient, bool IsDeflate, bool NoTakeover)> Conversations = Arb.From(
        from messages in Gen.Choose(1, 4).SelectMany(count => Gen.ArrayOf(PayloadGen.Compressible, count))
        from fragments in Generators.Cuts
        from isClient in Gen.Elements(true, false)
        from isDeflate in Gen.Elements(true, false)
        from noTakeover in Gen.Elements(true, false)
        select (messages, fragments, isClient, isDeflate, noTakeover));

    [Fact]
    [Requirement("WS-5.2-03", "WS-5.3-01", "WS-5.4-01", "DEF-7.2.2-01")]
    public void We_read_what_the_framework_writes() => Properties.Holds(Conversations, given =>
    {
        DeflateParameters? deflate = given.IsDeflate ? new DeflateParameters(given.NoTakeover, given.NoTakeover) : null;
        byte[] wire = Written(given.Messages, given.Fragments, given.IsClient, deflate).GetAwaiter().GetResult();
        string transcript = PureReceiver.Transcript(
            Arrivals.Cut(wire, given.Fragments),
            given.IsClient ? WebSocketRole.Server : WebSocketRole.Client,
            deflate,
            new WebSocketLimits { MaxInflateRatio = 2000 });

        IEnumerable<string> expected = given.Messages.Select(message => $"binary {Hex.Of(message)}").Append("close 1001 über");
        Assert.Equal(string.Join('\n', expected), transcript);
    }, 50);

    [Fact]
    [Requirement("WS-5.2-03", "WS-5.2-05", "WS-5.3-01", "DEF-7.2.1-01")]
    public void The_framework_reads_what_we_write() => Properties.Holds(Conversations, given =>
    {
        DeflateParameters? deflate = given.IsDeflate ? new DeflateParameters(given.NoTakeover, given.NoTakeover) : null;
        byte[] wire = Ours(given.Messages, given.Fragments, given.IsClient, deflate);
        Assert.Equal(given.Messages.Select(message => Hex.Of(message)), Read(wire, given.IsClient, deflate).GetAwaiter().GetResult().Select(message => Hex.Of(message)));
    }, 50);

    private static byte[] Ours(byte[][] messages, int[] fragments, bool isClient, DeflateParameters? deflate)
    {
        var wire = new List<byte>();
        using MessageDeflater? deflater = deflate is null ? null : MessageDeflater.For(deflate, isClient ? WebSocketRole.Client : WebSocketRole.Server);
        foreach (byte[] message in messages)
        {
            IReadOnlyList<byte[]> parts = message.Length == 0 ? [[]] : Arrivals.Cut(message, fragments);
            for (int i = 0; i < parts.Count; i++)
            {
                bool isLast = i == parts.Count - 1;
                byte[] payload = deflater is null ? parts[i] : Hex.Bytes(Hex.Written(output => deflater.Write(parts[i], isLast, output)));
                int first = (isLast ? 0x80 : 0) | (i > 0 ? 0 : deflater is null ? 2 : 0x42);
                wire.AddRange(WebSocketFrameModel.Bytes(first, payload, isClient ? 0x37FA213Du + (uint)i : null));
            }
        }

        return [.. wire];
    }

    private static async Task<byte[]> Written(byte[][] messages, int[] fragments, bool isClient, DeflateParameters? deflate)
    {
        using var stream = new Duplex([]);
        using FrameworkSocket socket = Create(stream, isServer: !isClient, deflate);
        foreach (byte[] message in messages)
        {
            IReadOnlyList<byte[]> parts = message.Length == 0 ? [[]] : Arrivals.Cut(message, fragments);
            for (int i = 0; i < parts.Count; i++) await socket.SendAsync(parts[i], WebSocketMessageType.Binary, i == parts.Count - 1, CancellationToken.None);
        }

        await socket.CloseOutputAsync(WebSocketCloseStatus.EndpointUnavailable, "über", CancellationToken.None);
        return stream.Output.ToArray();
    }

    private static async Task<List<byte[]>> Read(byte[] wire, bool isFromClient, DeflateParameters? deflate)
    {
        using var stream = new Duplex([.. wire, .. WebSocketFrameModel.Bytes(0x88, [0x03, 0xE8], isFromClient ? 1u : null)]);
        using FrameworkSocket socket = Create(stream, isServer: isFromClient, deflate);
        var messages = new List<byte[]>();
        var message = new MemoryStream();
        byte[] buffer = new byte[10_000];
        while (true)
        {
            ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
            if (result.MessageType == WebSocketMessageType.Close) return messages;
            message.Write(buffer, 0, result.Count);
            if (!result.EndOfMessage) continue;
            messages.Add(message.ToArray());
            message.SetLength(0);
        }
    }

    private static FrameworkSocket Create(Stream stream, bool isServer, DeflateParameters? deflate) => FrameworkSocket.CreateFromStream(stream, new WebSocketCreationOptions
    {
        IsServer = isServer,
        KeepAliveInterval = TimeSpan.Zero,
        DangerousDeflateOptions = deflate is null ? null : new WebSocketDeflateOptions
        {
            ClientContextTakeover = !deflate.ClientNoContextTakeover,
            ServerContextTakeover = !deflate.ServerNoContextTakeover,
        },
    });

    /// <summary>Gives out what it was made with, and keeps what is written. Everything completes at once.</summary>
    private sealed class Duplex(byte[] input) : MemoryStream(input)
    {
        public MemoryStream Output { get; } = new();

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => Output.WriteAsync(buffer, cancellationToken);
    }
}
