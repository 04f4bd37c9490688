using System.Net.WebSockets;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;
using Minimal.Tests.WebSocket;
using Minimal.WebSocket.Wire;
using FrameworkSocket = System.Net.WebSockets.WebSocket;

namespace Minimal.Tests.Oracles;

/// <summary>The framework's WebSocket over a stream, in one of the roles; its messages and its close code are compared with those of our codec.</summary>
internal static class WebSocketOracle
{
    private static readonly int[] FirstBytes = [0x81, 0x82, 0x01, 0x02, 0x00, 0x80, 0x89, 0x8A, 0x88, 0x09, 0x08, 0x83, 0x8B, 0x91, 0xC1, 0xA2];

    private static readonly byte[][] Payloads =
    [
        .. ((string[])["", "48656C6C6F", "CE", "BA", "C0AF", "EDA080", "F48FBFBF", "F4908080", "03", "03E8", "03E9627965", "03EA", "03EB", "03EC", "03ED", "03EE", "03EF", "03F0", "03F1",
            "03F2", "03F3", "03F4", "03F7", "07D0", "0BB7", "0BB8", "0FA0", "1387", "1388", "0000", "03E7", "FFFF", "03E8C0AF", "03E8CE"]).Select(Convert.FromHexString),
        new byte[125], new byte[126], new byte[127], new byte[65_536],
    ];

    public static string NameOf(bool isServer) => isServer ? "WebSocket, server" : "WebSocket, client";

    /// <summary>Frames one behind the other, mostly in order; now and then with the wrong mask, a length of the wrong form, or a bit turned.</summary>
    public static IEnumerable<byte[]> Inputs(bool isServer) => RequestInputs.Sample(Frames(isServer), isServer ? 5ul : 6ul, 5 * RequestInputs.Generated);

    public static RequestReading ReadOurs(byte[] bytes, bool isServer)
    {
        var messages = new List<SeenRequest>();
        string stop = "";
        foreach (string line in PureReceiver.Transcript([bytes], isServer ? WebSocketRole.Server : WebSocketRole.Client).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.Split(' ', 2);
            string rest = words.ElementAtOrDefault(1) ?? "";
            if (words[0] == "refused") stop = rest;
            else if (words[0] == "text") messages.Add(SeenRequest.Of("text", "", Encoding.UTF8.GetBytes(rest)));
            else if (words[0] == "binary") messages.Add(SeenRequest.Of("binary", "", Convert.FromHexString(rest)));
            else if (words[0] == "close") messages.Add(SeenRequest.Of("close", rest.Split(' ')[0], Encoding.UTF8.GetBytes(string.Join(' ', rest.Split(' ')[1..]))));
        }

        return new RequestReading(messages, stop);
    }

    public static async Task<RequestReading> ReadTheirsAsync(byte[] bytes, bool isServer)
    {
        using var stream = new Duplex(bytes);
        using FrameworkSocket socket = FrameworkSocket.CreateFromStream(stream, new WebSocketCreationOptions { IsServer = isServer, KeepAliveInterval = TimeSpan.Zero });
        var messages = new List<SeenRequest>();
        var message = new MemoryStream();
        byte[] buffer = new byte[70_000];
        try
        {
            while (true)
            {
                ValueWebSocketReceiveResult result = await socket.ReceiveAsync(buffer.AsMemory(), CancellationToken.None);
                if (result.MessageType == WebSocketMessageType.Close)
                {
                    messages.Add(SeenRequest.Of("close", $"{(int)(socket.CloseStatus ?? 0)}", Encoding.UTF8.GetBytes(socket.CloseStatusDescription ?? "")));
                    return new RequestReading(messages, "");
                }

                message.Write(buffer, 0, result.Count);
                if (!result.EndOfMessage) continue;
                messages.Add(SeenRequest.Of(result.MessageType == WebSocketMessageType.Text ? "text" : "binary", "", message.ToArray()));
                message.SetLength(0);
            }
        }
        catch (WebSocketException e)
        {
            return new RequestReading(messages, e.WebSocketErrorCode == WebSocketError.ConnectionClosedPrematurely ? "" : $"closes with {stream.CloseCode}");
        }
    }

    /// <summary>Where both refuse, the codes that they close with are compared too.</summary>
    public static Comparison Compare(RequestReading ours, RequestReading theirs)
    {
        Comparison comparison = Comparison.Of(ours, theirs);
        bool sameCode = ours.Stop.Split(' ')[^1] == theirs.Stop.Split(' ')[^1];
        return comparison.Verdict == Verdict.BothRefuse && ours.Stop.Length > 0 && theirs.Stop.Length > 0 && !sameCode
            ? new Comparison(Verdict.Differ, ours.Stop, theirs.Stop)
            : comparison;
    }

    private static Gen<byte[]> Frames(bool isServer) =>
        from frames in Gen.Choose(1, 4).SelectMany(count => Gen.ArrayOf(Frame(isServer), count))
        let bytes = frames.SelectMany(frame => frame).ToArray()
        from flips in Gen.Frequency((6, Gen.Constant<int[]>([])), (1, Gen.ArrayOf(Gen.Choose(0, 20), 1)))
        select PayloadGen.Flip(bytes, flips);

    private static Gen<byte[]> Frame(bool isServer) =>
        from first in Gen.Frequency((4, Gen.Elements(0x81, 0x82, 0x01, 0x02, 0x00, 0x80)), (2, Gen.Elements(FirstBytes)))
        from payload in Gen.Elements(Payloads)
        from isMaskWrong in Gen.Frequency((15, Gen.Constant(false)), (1, Gen.Constant(true)))
        from isLong in Gen.Frequency((15, Gen.Constant(false)), (1, Gen.Constant(true)))
        let key = isServer != isMaskWrong ? 0x37FA213Du : (uint?)null
        select isLong ? InLongForm(first, payload, key) : WebSocketFrameModel.Bytes(first, payload, key);

    // The length takes 16 bits although 7 would do.
    private static byte[] InLongForm(int first, byte[] payload, uint? key)
    {
        byte[] frame = WebSocketFrameModel.Bytes(first, payload, key);
        return payload.Length > 125 ? frame : [frame[0], (byte)((frame[1] & 0x80) | 126), 0, (byte)payload.Length, .. frame[2..]];
    }

    /// <summary>Gives out bytes and then the end, and keeps the close code that is written.</summary>
    private sealed class Duplex(byte[] input) : MemoryStream(input)
    {
        public int CloseCode { get; private set; }

        // A close frame is written alone.
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            ReadOnlySpan<byte> frame = buffer.Span;
            if (frame[0] != 0x88 || (frame[1] & 0x7F) < 2) return default;
            bool isMasked = (frame[1] & 0x80) != 0;
            CloseCode = isMasked ? ((frame[6] ^ frame[2]) << 8) | (frame[7] ^ frame[3]) : (frame[2] << 8) | frame[3];
            return default;
        }
    }
}
