using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using Minimal.Http.Transports;

namespace Exercises.Checks;

/// <summary>The client's end of a connection. Texts stand for their Latin-1 bytes.</summary>
internal sealed class Talk(Transport transport) : IAsyncDisposable
{
    // How long it is waited for what may never come.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly StringBuilder _heard = new();
    private bool _isOver;

    /// <summary>Sends text.</summary>
    public async Task SayAsync(string text) => await transport.Output.WriteAsync(Encoding.Latin1.GetBytes(text));

    /// <summary>Ends this side: nothing more is sent.</summary>
    public void HangUp() => transport.Output.Complete();

    /// <summary>Waits until that text comes, and takes everything up to its end; less if it does not come.</summary>
    public async Task<string> HearAsync(string end)
    {
        int found;
        while ((found = Heard().IndexOf(end, StringComparison.Ordinal)) < 0)
        {
            if (!await MoreAsync()) return Take(_heard.Length);
        }

        return Take(found + end.Length);
    }

    /// <summary>Waits until as many bytes have come, and takes them; less if they do not come.</summary>
    public async Task<string> HearAsync(int count)
    {
        while (_heard.Length < count && await MoreAsync())
        {
        }

        return Take(Math.Min(count, _heard.Length));
    }

    /// <summary>Everything up to the server's end.</summary>
    public async Task<string> HearToEndAsync()
    {
        while (await MoreAsync())
        {
        }

        if (!_isOver) Expect.Fail($"The server has not ended the connection; it said: {Heard()}");
        return Take(_heard.Length);
    }

    /// <summary>What has come by now, which stays to be taken.</summary>
    public async Task<string> PeekAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System);
        try
        {
            while (!_isOver && transport.Input.TryRead(out ReadResult read)) Keep(read);
        }
        catch (IOException)
        {
            OnReset();
        }

        return Heard();
    }

    public ValueTask DisposeAsync()
    {
        transport.Abort();
        return transport.DisposeAsync();
    }

    private string Heard() => _heard.ToString();

    private string Take(int count)
    {
        string taken = _heard.ToString(0, count);
        _heard.Remove(0, count);
        return taken;
    }

    // False when nothing more comes, or nothing has come for long.
    private async Task<bool> MoreAsync()
    {
        if (_isOver) return false;
        try
        {
            Task<ReadResult> reading = transport.Input.ReadAsync().AsTask();
            if (await Task.WhenAny(reading, Task.Delay(Patience, TimeProvider.System)) != reading) transport.Input.CancelPendingRead();
            ReadResult read = await reading;
            Keep(read);
            return !read.IsCanceled;
        }
        catch (IOException)
        {
            OnReset();
            return false;
        }
    }

    // What a handler that throws does to its client.
    private void OnReset()
    {
        _isOver = true;
        _heard.Append("(the server has reset the connection)");
    }

    private void Keep(ReadResult read)
    {
        _heard.Append(Encoding.Latin1.GetString(read.Buffer.ToArray()));
        transport.Input.AdvanceTo(read.Buffer.End);
        _isOver |= read.IsCompleted;
    }
}
