using System.Net.Sockets;
using Minimal.Testing;

namespace Minimal.FuzzYours;

/// <summary>The server that is tried: each try is a connection of its own, and ends within a bounded time.</summary>
/// <param name="url">What is asked for.</param>
internal sealed class Aim(Uri url)
{
    // Long enough for a server on this machine to read one segment before the next one comes.
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public Uri Url => url;

    public string Host => url.Authority;

    public string Target => url.PathAndQuery;

    /// <summary>Connections so far.</summary>
    public int Tries { get; private set; }

    /// <summary>Sends, ends this side, and takes all that comes back until the end, a reset, or two seconds of silence.</summary>
    public async Task<byte[]> AskAsync(Split split)
    {
        Tries++;
        await using Conversation conversation = await Conversation.ConnectAsync(url);
        try
        {
            await conversation.SendAsync(split, Apart);
            conversation.HalfClose();
        }
        catch (CheckFailedException)
        {
            // It ended before it had read all.
        }

        return await conversation.ReadWhatComesAsync(Patience);
    }

    /// <summary>The same, without ending this side: for servers that take that for leaving.</summary>
    public byte[] Ask(params byte[][] requests) => AskAsync(Splits.Whole(requests.SelectMany(bytes => bytes).ToArray())).GetAwaiter().GetResult();

    /// <summary>Whether anybody answers there.</summary>
    public async Task<bool> IsThereAsync()
    {
        try
        {
            await using Conversation conversation = await Conversation.ConnectAsync(url);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
