using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Minimal.Http.Transports;

namespace Minimal.Testing;

/// <summary>
/// One side of a connection, played by hand: a test sends bytes, expects bytes, turns the clock, half-closes or resets, and reads as the
/// transcript of the connection. What was not expected yet stays, for the next expectation or for <see cref="ExpectEndAsync"/>.
/// </summary>
/// <remarks>
/// Over a <see cref="MemoryListener"/> that goes on inline all consequences of a step are done when it returns, unless the other side hopped
/// to another thread; so <see cref="ExpectNothing"/> means something, and nothing waits. Over TCP each expectation waits for what it
/// expects, and fails after <see cref="Patience"/>. Texts stand for their Latin-1 bytes. One step at a time.
/// </remarks>
public sealed class Conversation : IAsyncDisposable
{
    /// <summary>How long an expectation waits before it fails instead of hanging.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly ManualTime? _time;
    private readonly StringBuilder _transcript = new();
    private readonly List<byte> _received = [];
    private bool _isEnded;

    /// <summary>Plays that end of a connection.</summary>
    /// <param name="transport">Disposed with the conversation.</param>
    /// <param name="time">The other side's clock, for <see cref="Advance"/>.</param>
    public Conversation(Transport transport, ManualTime? time = null)
    {
        ArgumentNullException.ThrowIfNull(transport);
        Transport = transport;
        _time = time;
    }

    /// <summary>The transport, for what no step here does.</summary>
    public Transport Transport { get; }

    /// <summary>What was said so far: lines of <c>&gt;</c> sent, <c>&lt;</c> received, and what else was done.</summary>
    public string Transcript => _transcript.ToString();

    /// <summary>Connects in memory.</summary>
    /// <exception cref="IOException">Nobody listens.</exception>
    public static Conversation Over(MemoryListener listener, ManualTime? time = null)
    {
        ArgumentNullException.ThrowIfNull(listener);
        return new Conversation(listener.Connect(), time);
    }

    /// <summary>Connects by TCP.</summary>
    /// <exception cref="SocketException">Nobody listens.</exception>
    public static async Task<Conversation> ConnectAsync(EndPoint endPoint, ManualTime? time = null) =>
        new(await SocketTransport.ConnectAsync(endPoint), time);

    /// <summary>Connects by TCP to the host and port of a URL: any server's, in this process or not. TLS is not spoken.</summary>
    /// <exception cref="SocketException">Nobody listens, or the host has no address.</exception>
    /// <exception cref="ArgumentException">The URL is not of the scheme http or ws.</exception>
    public static async Task<Conversation> ConnectAsync(Uri url)
    {
        ArgumentNullException.ThrowIfNull(url);
        if (url.Scheme is not ("http" or "ws")) throw new ArgumentException($"A URL begins with http: or ws:, and not with {url.Scheme}:", nameof(url));
        return new(await ConnectToAnyAsync(await Dns.GetHostAddressesAsync(url.DnsSafeHost), url.Port));
    }

    /// <summary>Sends text, as its Latin-1 bytes, in one write.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Sends bytes in one write.</summary>
    /// <exception cref="CheckFailedException">The other side has closed or reset.</exception>
    public async Task SendAsync(ReadOnlyMemory<byte> bytes)
    {
        Note('>', bytes.Span);
        try
        {
            await WithinPatience(Transport.Output.WriteAsync(bytes).AsTask(), "the other side to take what was sent");
        }
        catch (IOException e)
        {
            throw Failure($"Sending failed: {e.Message}", e);
        }
    }

    /// <summary>Sends segments, each in a write of its own.</summary>
    public Task SendAsync(Split split) => SendAsync(split, TimeSpan.Zero);

    /// <summary>
    /// Sends segments, each in a write of its own, with time between them: over TCP, what is written in a row may be read at once. In memory there is no
    /// need for it.
    /// </summary>
    public async Task SendAsync(Split split, TimeSpan apart)
    {
        ArgumentNullException.ThrowIfNull(split);
        for (int n = 0; n < split.Segments.Count; n++)
        {
            if (n > 0 && apart > TimeSpan.Zero) await Task.Delay(apart, TimeProvider.System);
            await SendAsync(split.Segments[n]);
        }
    }

    /// <summary>Sends bytes as a generated segmentation cuts them.</summary>
    public Task SendAsync(ReadOnlyMemory<byte> bytes, Segmentation segmentation, TimeSpan apart = default)
    {
        ArgumentNullException.ThrowIfNull(segmentation);
        return SendAsync(segmentation.Cut(bytes), apart);
    }

    /// <summary>Ends this side's direction: FIN.</summary>
    public void HalfClose()
    {
        _transcript.AppendLine("> FIN");
        Transport.Output.Complete();
    }

    /// <summary>Ends both directions at once: RST.</summary>
    public void Reset()
    {
        _transcript.AppendLine("> RST");
        Transport.Abort();
    }

    /// <summary>Turns the other side's clock.</summary>
    /// <exception cref="InvalidOperationException">The conversation was not told the clock.</exception>
    public void Advance(TimeSpan by)
    {
        if (_time is null) throw new InvalidOperationException("This conversation does not know the clock.");
        _transcript.AppendLine(Invariant($"  … {by.TotalSeconds} s"));
        _time.Advance(by);
    }

    /// <summary>Expects these bytes next.</summary>
    /// <exception cref="CheckFailedException">Others came, or the end.</exception>
    public async Task ExpectAsync(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        byte[] expected = Encoding.Latin1.GetBytes(text);
        await FillAsync(expected.Length, $"\"{EscapedBytes.Write(expected, most: 200)}\"", isMatch: expected);
        _received.RemoveRange(0, expected.Length);
    }

    /// <summary>Expects bytes that match from their first on; what matches is taken.</summary>
    /// <param name="pattern">Tried again whenever more has come, so it should say where it ends. Bytes are Latin-1 characters.</param>
    /// <exception cref="CheckFailedException">The end came, or nothing more, before there was a match.</exception>
    public async Task<Match> ExpectMatchAsync(Regex pattern)
    {
        ArgumentNullException.ThrowIfNull(pattern);
        while (true)
        {
            Match match = pattern.Match(Encoding.Latin1.GetString([.. _received]));
            if (match.Success && match.Index == 0)
            {
                _received.RemoveRange(0, match.Length);
                return match;
            }

            if (!await ReceiveAsync($"a match of {pattern}")) throw Failure($"Expected a match of {pattern} and found the end behind \"{Pending}\".");
        }
    }

    /// <summary>Expects so many bytes and takes them.</summary>
    public async Task<byte[]> ExpectBytesAsync(int count)
    {
        await FillAsync(count, $"{count} bytes");
        byte[] bytes = [.. _received.Take(count)];
        _received.RemoveRange(0, count);
        return bytes;
    }

    /// <summary>
    /// Expects a response, head and content, an interim one too. It is read strictly: what breaks the grammar of HTTP, or is framed by two rules
    /// or none, fails.
    /// </summary>
    /// <param name="status">The status that is expected; null for any.</param>
    /// <param name="method">The method of the request, which decides whether there is content.</param>
    public async Task<ReceivedResponse> ExpectResponseAsync(int? status = null, string method = "GET")
    {
        ReceivedResponse head = await ExpectHeadAsync(status);
        return head with { Content = await ReadContentAsync(head, method) };
    }

    /// <summary>Expects the head of a response; its content comes next.</summary>
    /// <inheritdoc cref="ExpectResponseAsync" path="/param" />
    public async Task<ReceivedResponse> ExpectHeadAsync(int? status = null)
    {
        int end;
        while ((end = EndOf("\r\n\r\n"u8)) < 0)
        {
            if (!await ReceiveAsync("the head of a response")) throw Failure($"Expected the head of a response and found the end behind \"{Pending}\".");
        }

        string text = Encoding.Latin1.GetString([.. _received.Take(end)]);
        _received.RemoveRange(0, end);
        ReceivedResponse head = ReceivedResponse.Parse(text);
        if (head.Fault is not null) throw Failure($"{head.Fault}: {text}");
        if (status is not null && head.Status != status) throw Failure($"Expected {status} and got {head.Status}.");
        return head;
    }

    /// <summary>Expects the other side's FIN, and nothing before it.</summary>
    public async Task ExpectEndAsync()
    {
        if (_received.Count == 0 && !await ReceiveAsync("the end")) return;
        throw Failure($"Expected the end and got \"{Pending}\".");
    }

    /// <summary>Expects that the other side resets, whatever it sent before.</summary>
    public async Task ExpectResetAsync()
    {
        try
        {
            while (await WithinPatience(ReadOnceAsync(), "a reset"))
            {
                // What comes before does not matter.
            }
        }
        catch (IOException)
        {
            _transcript.AppendLine("< RST");
            return;
        }

        throw Failure("Expected a reset and got a FIN.");
    }

    /// <summary>All that still comes, up to the other side's FIN.</summary>
    public async Task<byte[]> ReadToEndAsync()
    {
        while (await ReceiveAsync("the end"))
        {
            // More.
        }

        byte[] all = [.. _received];
        _received.Clear();
        return all;
    }

    /// <summary>
    /// All that still comes, until the other side ends, resets, or says nothing for so long. It never fails: for servers of which nothing is known.
    /// It may be called again, if <see cref="HasEnded"/> does not say that nothing more will come.
    /// </summary>
    /// <param name="patience">How long a silence.</param>
    /// <param name="isEnough">Looks at what has come so far, and ends the waiting early; null: never.</param>
    public async Task<byte[]> ReadWhatComesAsync(TimeSpan patience, Func<byte[], bool>? isEnough = null)
    {
        try
        {
            while (!_isEnded && await ReadWithinAsync(patience) && isEnough?.Invoke([.. _received]) != true)
            {
                // More.
            }
        }
        catch (IOException)
        {
            _transcript.AppendLine("< RST");
            _isEnded = true;
        }

        byte[] all = [.. _received];
        _received.Clear();
        return all;
    }

    /// <summary>Demands that nothing has come that was not expected, not even the end. It does not wait.</summary>
    public void ExpectNothing()
    {
        TakeWhatIsThere();
        if (_received.Count > 0) throw Failure($"Expected nothing and got \"{Pending}\".");
        if (_isEnded) throw Failure("Expected nothing and got the end.");
    }

    /// <summary>What has come and was not expected yet, without waiting and without taking it.</summary>
    public string Peek()
    {
        TakeWhatIsThere();
        return Encoding.Latin1.GetString([.. _received]);
    }

    /// <summary>Whether the other side has ended its direction, as far as can be seen without waiting.</summary>
    public bool HasEnded()
    {
        TakeWhatIsThere();
        return _isEnded;
    }

    /// <summary>A failure with the transcript behind it.</summary>
    public CheckFailedException Failure(string message, Exception? cause = null) => new($"{message}\n{Transcript}", cause);

    /// <inheritdoc />
    public ValueTask DisposeAsync() => Transport.DisposeAsync();

    private string Pending => EscapedBytes.Write([.. _received], most: 400);

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    // localhost may be two addresses, of which one is listened on.
    private static async Task<Transport> ConnectToAnyAsync(IPAddress[] addresses, int port)
    {
        for (int n = 0; ; n++)
        {
            try
            {
                if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
                return await SocketTransport.ConnectAsync(new IPEndPoint(addresses[n], port));
            }
            catch (SocketException) when (n + 1 < addresses.Length)
            {
                // The next one.
            }
        }
    }

    private async Task<byte[]> ReadContentAsync(ReceivedResponse head, string method)
    {
        if (!head.HasContent(method)) return [];
        if (head.IsChunked) return await ReadChunksAsync();
        return head.ContentLength is { } length ? await ExpectBytesAsync((int)length) : await ReadToEndAsync();
    }

    private async Task<byte[]> ReadChunksAsync()
    {
        var content = new List<byte>();
        while (true)
        {
            Match size = await ExpectMatchAsync(ReceivedResponse.ChunkSize);
            int length = Convert.ToInt32(size.Groups[1].Value, 16);
            if (length == 0) break;
            content.AddRange(await ExpectBytesAsync(length));
            await ExpectAsync("\r\n");
        }

        await ExpectMatchAsync(ReceivedResponse.TrailerSection);
        return [.. content];
    }

    private async Task FillAsync(int count, string expected, byte[]? isMatch = null)
    {
        while (true)
        {
            int there = Math.Min(count, _received.Count);
            if (isMatch is not null && !isMatch.AsSpan(0, there).SequenceEqual(_received.Take(there).ToArray()))
            {
                throw Failure($"Expected {expected} and got \"{Pending}\".");
            }

            if (_received.Count >= count) return;
            if (!await ReceiveAsync(expected)) throw Failure($"Expected {expected} and found the end behind \"{Pending}\".");
        }
    }

    private int EndOf(ReadOnlySpan<byte> mark)
    {
        int at = _received.ToArray().AsSpan().IndexOf(mark);
        return at < 0 ? -1 : at + mark.Length;
    }

    /// <summary>Waits for more; false at the end.</summary>
    private async Task<bool> ReceiveAsync(string expected)
    {
        try
        {
            return await WithinPatience(ReadOnceAsync(), expected);
        }
        catch (IOException e)
        {
            throw Failure($"Expected {expected}, but reading failed: {e.Message}", e);
        }
    }

    // False at the end, and when nothing comes for so long.
    private async Task<bool> ReadWithinAsync(TimeSpan patience)
    {
        Task<bool> reading = ReadOnceAsync();
        try
        {
            return await reading.WaitAsync(patience, TimeProvider.System);
        }
        catch (TimeoutException)
        {
            Transport.Input.CancelPendingRead();
            return await reading;
        }
    }

    private async Task<bool> ReadOnceAsync()
    {
        while (!_isEnded)
        {
            int before = _received.Count;
            ReadResult read = await Transport.Input.ReadAsync();
            Take(read);
            if (_received.Count > before) return true;
            if (read.IsCanceled) return false;
        }

        return false;
    }

    private void TakeWhatIsThere()
    {
        while (!_isEnded && Transport.Input.TryRead(out ReadResult read)) Take(read);
    }

    private void Take(ReadResult read)
    {
        byte[] bytes = read.Buffer.ToArray();
        if (bytes.Length > 0) Note('<', bytes);
        if (read.IsCompleted) _transcript.AppendLine("< FIN");
        _received.AddRange(bytes);
        _isEnded = read.IsCompleted;
        Transport.Input.AdvanceTo(read.Buffer.End);
    }

    private void Note(char direction, ReadOnlySpan<byte> bytes) => _transcript.AppendLine(Invariant($"{direction} {EscapedBytes.Write(bytes, most: 1000)}"));

    private async Task<T> WithinPatience<T>(Task<T> task, string expected)
    {
        try
        {
            return await task.WaitAsync(Patience, TimeProvider.System);
        }
        catch (TimeoutException e)
        {
            throw Failure($"Waited {Patience.TotalSeconds} s for {expected}.", e);
        }
    }
}
