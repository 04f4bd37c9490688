using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Minimal.Http.Transports;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>The other end of a connection, which sends any bytes and looks at each that comes back. A wait that does not end fails the test.</summary>
internal sealed class RawPeer(Transport transport) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    /// <summary>The handshake of the ledger.</summary>
    public const string Handshake =
        "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n";

    public Transport Transport => transport;

    public Task SendHexAsync(string hex) => SendAsync(Hex.Bytes(hex));

    public Task SendTextAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>A frame as a client sends it, with a key that leaves the payload readable.</summary>
    public Task SendFrameAsync(int first, byte[] payload) => SendAsync(WebSocketFrameModel.Bytes(first, payload, 0));

    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        transport.Output.Write(bytes.Span);
        await transport.Output.FlushAsync().AsTask().WaitAsync(Patience);
    }

    /// <summary>Sends to somebody who may have ended by now; false when it has.</summary>
    public async Task<bool> TrySendAsync(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await SendAsync(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    /// <summary>Ends this side's direction.</summary>
    public void SendFin() => transport.Output.Complete();

    /// <summary>The opening handshake; the head of the answer.</summary>
    public async Task<string> OpenAsync(string fields = "")
    {
        await SendTextAsync($"{Handshake}{fields}\r\n");
        string head = await ReadHeadAsync();
        Assert.StartsWith("HTTP/1.1 101 ", head, StringComparison.Ordinal);
        return head;
    }

    public async Task<string> ReadHeadAsync()
    {
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal)) head.Append(Encoding.Latin1.GetString(await ReadAsync(1)));
        return head.ToString();
    }

    /// <summary>A head and the body that it announces.</summary>
    public async Task<string> ReadResponseAsync()
    {
        string head = await ReadHeadAsync();
        string length = head.Split("Content-Length: ")[1].Split("\r\n")[0];
        return head + Encoding.Latin1.GetString(await ReadAsync(int.Parse(length, System.Globalization.CultureInfo.InvariantCulture)));
    }

    public async Task<byte[]> ReadAsync(int count)
    {
        if (count == 0) return [];
        while (true)
        {
            ReadResult read = await transport.Input.ReadAsync().AsTask().WaitAsync(Patience);
            if (read.Buffer.Length >= count)
            {
                byte[] bytes = read.Buffer.Slice(0, count).ToArray();
                transport.Input.AdvanceTo(read.Buffer.GetPosition(count));
                return bytes;
            }

            if (read.IsCompleted) Assert.Fail($"The connection ended behind {Hex.Of(read.Buffer.ToArray())}, where {count} bytes were expected.");
            transport.Input.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }
    }

    /// <summary>One frame, as its first byte and its payload.</summary>
    public async Task<(int First, byte[] Payload)> ReadFrameAsync()
    {
        byte[] header = await ReadAsync(2);
        int size = FrameHeader.LengthSize(header[1] & 0x7F) + ((header[1] & 0x80) == 0 ? 0 : 4);
        header = [.. header, .. await ReadAsync(size)];
        FrameHeader.TryRead(header, new FrameRules((header[1] & 0x80) == 0 ? WebSocketRole.Client : WebSocketRole.Server, FrameHeader.Rsv1), out FrameHeader read, out ProtocolRule? broken);
        Assert.Null(broken);
        byte[] payload = await ReadAsync((int)read.PayloadLength);
        if (read.MaskingKey is { } key) Masking.Apply(payload, key);
        return (header[0], payload);
    }

    /// <summary>Exactly these bytes come next.</summary>
    public async Task ExpectHexAsync(string hex)
    {
        byte[] expected = Hex.Bytes(hex);
        Assert.Equal(Hex.Of(expected), Hex.Of(await ReadAsync(expected.Length)));
    }

    /// <summary>A Close with that code comes next.</summary>
    public async Task ExpectCloseAsync(int code)
    {
        (int first, byte[] payload) = await ReadFrameAsync();
        Assert.Equal(0x88, first);
        Assert.Equal(code, (payload[0] << 8) | payload[1]);
    }

    /// <summary>Nothing comes any more but FIN.</summary>
    public async Task ExpectEndAsync() => Assert.Equal("", await ReadRestAsync());

    /// <summary>Everything that comes until FIN, or <c>reset</c> behind it.</summary>
    public async Task<string> ReadRestAsync()
    {
        var rest = new StringBuilder();
        try
        {
            while (true)
            {
                ReadResult read = await transport.Input.ReadAsync().AsTask().WaitAsync(Patience);
                rest.Append(Hex.Of(read.Buffer.ToArray()));
                transport.Input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) return rest.ToString();
            }
        }
        catch (IOException)
        {
            return $"{rest} reset".Trim();
        }
    }

    /// <summary>What has come by now and was not read; waits for nothing.</summary>
    public string Arrived()
    {
        if (!transport.Input.TryRead(out ReadResult read)) return "";
        string hex = Hex.Of(read.Buffer.ToArray());
        transport.Input.AdvanceTo(read.Buffer.End);
        return hex;
    }

    public ValueTask DisposeAsync() => transport.DisposeAsync();
}
