using System.Buffers;
using System.Globalization;
using System.IO.Pipelines;
using System.Text;
using Minimal.Http.Transports;

namespace Minimal.Tests.Sse;

/// <summary>The client's end of a connection, byte by byte. All text has one character for each byte.</summary>
internal sealed class SseWire(Transport transport)
{
    // Long enough for any machine; only a test that fails waits for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public Transport Transport => transport;

    public async Task SendAsync(string text) => await transport.Output.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>The head of a response, with the empty line that ends it.</summary>
    public Task<string> ReadHeadAsync() => ReadToAsync("\r\n\r\n");

    /// <summary>The content of the next chunk; empty for the last one.</summary>
    public async Task<string> ReadChunkAsync()
    {
        int size = int.Parse((await ReadToAsync("\r\n")).TrimEnd(), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return (await ReadAsync(size + 2))[..size];
    }

    /// <summary>What there is, without waiting.</summary>
    public string ReadWhatIsThere()
    {
        if (!transport.Input.TryRead(out ReadResult read)) return "";
        string text = Encoding.Latin1.GetString(read.Buffer);
        transport.Input.AdvanceTo(read.Buffer.End);
        return text;
    }

    /// <summary>All that comes until the server ends its side.</summary>
    /// <exception cref="IOException">The connection was reset.</exception>
    public async Task<string> ReadToEndAsync()
    {
        var all = new StringBuilder();
        while (true)
        {
            ReadResult read = await transport.Input.ReadAsync().AsTask().WaitAsync(Patience);
            all.Append(Encoding.Latin1.GetString(read.Buffer));
            transport.Input.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted) return all.ToString();
        }
    }

    public Task<string> ReadToAsync(string end) => ReadAsync(buffer =>
    {
        var reader = new SequenceReader<byte>(buffer);
        return reader.TryReadTo(out ReadOnlySequence<byte> _, Encoding.Latin1.GetBytes(end)) ? reader.Consumed : -1;
    });

    public Task<string> ReadAsync(int count) => ReadAsync(buffer => buffer.Length >= count ? count : -1);

    private async Task<string> ReadAsync(Func<ReadOnlySequence<byte>, long> find)
    {
        while (true)
        {
            ReadResult read = await transport.Input.ReadAsync().AsTask().WaitAsync(Patience);
            ReadOnlySequence<byte> buffer = read.Buffer;
            long length = find(buffer);
            if (length >= 0)
            {
                string found = Encoding.Latin1.GetString(buffer.Slice(0, length));
                transport.Input.AdvanceTo(buffer.GetPosition(length));
                return found;
            }

            transport.Input.AdvanceTo(buffer.Start, buffer.End);
            if (read.IsCompleted) throw new IOException($"The server has ended its side behind {Encoding.Latin1.GetString(buffer)}");
        }
    }
}
