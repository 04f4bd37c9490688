using System.Net.Sockets;
using Minimal.Testing;

namespace Minimal.FuzzYours;

/// <summary>The server that is tried: each try is a connection of its own, and ends within a bounded time.</summary>
/// <param name="url">What is asked for.</param>
internal sealed class Aim(Uri url)
{
    // Long enough for a server on this machine to read one segment before the next one comes.
    private static readonly TimeSpan Apart = TimeSpan.FromMilliseconds(2);

    // After so much silence this side ends; for a server that answers more slowly, there is patience behind that.
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    public Uri Url => url;

    public string Host => url.Authority;

    public string Target => url.PathAndQuery;

    /// <summary>Connections so far.</summary>
    public int Tries { get; private set; }

    /// <summary>
    /// Sends, and takes what comes back until that is enough or there is silence; then ends this side, and takes the rest. It does not end at once, for
    /// there are servers that take the end of what a client sends for a client that has left.
    /// </summary>
    public byte[] Ask(Split split, Func<byte[], bool> isEnough) => AskAsync(split, isEnough).GetAwaiter().GetResult();

    /// <summary>The same for requests that belong together: so many answers are enough.</summary>
    public byte[] Ask(Split split, int answers = 1) =>
        Ask(split, bytes => ReceivedResponse.ReadAll(bytes) is var all && all.Count >= answers && all[^1].IsWhole);

    private async Task<byte[]> AskAsync(Split split, Func<byte[], bool> isEnough)
    {
        Tries++;
        await using Conversation conversation = await Conversation.ConnectAsync(url);
        try
        {
            await conversation.SendAsync(split, Apart);
            byte[] answer = await conversation.ReadWhatComesAsync(Silence, isEnough);
            if (isEnough(answer)) return answer;
            if (!conversation.HasEnded()) conversation.HalfClose();
            return [.. answer, .. await conversation.ReadWhatComesAsync(Patience)];
        }
        catch (Exception e) when (e is CheckFailedException or IOException)
        {
            // It ended before it had read all, and says perhaps why.
            return await conversation.ReadWhatComesAsync(Patience);
        }
    }

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
