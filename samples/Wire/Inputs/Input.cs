using Minimal.Http.Diagnostics;

namespace Minimal.WireTool.Inputs;

/// <summary>What was given to be looked at, whatever form it had: events on connections.</summary>
/// <param name="Events">In their order.</param>
/// <param name="IsUpgraded">Whether the first byte is that of a WebSocket frame, and the handshake was left out.</param>
internal sealed record Input(IReadOnlyList<WireFileEvent> Events, bool IsUpgraded = false)
{
    private const int MaxFileBytes = 256 * 1024 * 1024;

    /// <summary>Options of every command that takes an input.</summary>
    public const string As = "--as", Raw = "--raw";

    /// <summary>What <see cref="As"/> takes.</summary>
    public const string Kinds = "request, response, conversation, frames-client or frames-server";

    /// <summary>Bytes of one side.</summary>
    public static WireFileEvent BytesOf(WireDirection direction, ReadOnlyMemory<byte> bytes) => new(default, 1, WireFileEventKind.Bytes, direction, bytes);

    /// <summary>Reads a file, or the standard input for <c>-</c>, and finds out what it is.</summary>
    /// <exception cref="ToolException">It cannot be read, or is broken.</exception>
    public static async Task<Input> ReadAsync(string path, CommandLine line, WireConsole console)
    {
        byte[] bytes = await ReadBytesAsync(path, console);
        string name = path == "-" ? "the input" : path;
        if (bytes.Length == 0) throw new ToolException(ExitCode.Impossible, $"{name} is empty");
        if (line.Has(Raw)) return OfRaw(bytes, line.Value(As));
        if (WireFileReader.Recognizes(bytes)) return OfRecording(bytes, name);
        if (PcapFile.Recognizes(bytes)) return new Input(PcapFile.Read(bytes, name));
        if (PcapFile.RecognizesNewer(bytes)) throw new ToolException(ExitCode.Impossible, $"{name} is a pcapng capture; make a classic one of it by: editcap -F pcap {path} a.pcap");
        return OfRaw(HexDump.TryRead(bytes, out byte[] dumped) ? dumped : bytes, line.Value(As));
    }

    /// <summary>Reads a file that must be a recording.</summary>
    public static async Task<IReadOnlyList<WireFileEvent>> ReadRecordingAsync(string path, WireConsole console)
    {
        byte[] bytes = await ReadBytesAsync(path, console);
        return OfRecording(bytes, path == "-" ? "the input" : path).Events;
    }

    private static Input OfRecording(byte[] bytes, string name) =>
        WireFileReader.Read(bytes, out WireFileError? error) is { } events ? new Input(events) : throw new ToolException(ExitCode.Impossible, $"{name}, {error}");

    private static Input OfRaw(byte[] bytes, string? kind) => (kind ?? RawBytes.Guess(bytes)) switch
    {
        "request" => new Input([BytesOf(WireDirection.FromClient, bytes)]),
        "response" => new Input([BytesOf(WireDirection.FromServer, bytes)]),
        "conversation" => new Input(RawBytes.Divide(bytes)),
        "frames-client" => new Input([BytesOf(WireDirection.FromClient, bytes)], IsUpgraded: true),
        "frames-server" => new Input([BytesOf(WireDirection.FromServer, bytes)], IsUpgraded: true),
        _ => throw CommandLine.Wrong($"{As} takes {Kinds}"),
    };

    private static async Task<byte[]> ReadBytesAsync(string path, WireConsole console)
    {
        try
        {
            await using Stream stream = path == "-" ? console.In() : File.OpenRead(path);
            using var all = new MemoryStream();
            byte[] block = new byte[64 * 1024];
            for (int count; (count = await stream.ReadAsync(block)) > 0;)
            {
                if (all.Length + count > MaxFileBytes) throw new ToolException(ExitCode.Impossible, $"{path} is larger than 256 MiB");
                all.Write(block, 0, count);
            }

            return all.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.Impossible, $"{path} cannot be read");
        }
    }
}
