using Minimal.WebSocket;
using Minimal.WebSocket.Wire;

namespace Minimal.Gallery.Demos;

/// <summary>News for many, none of whom is waited for.</summary>
internal static class Telling
{
    /// <summary>Sends text at once to who can take it, else as soon as they can. Who has left is told nothing.</summary>
    /// <param name="connection">Theirs.</param>
    /// <param name="text">UTF-8, not to be changed any more.</param>
    public static void Tell(this WebSocketConnection connection, byte[] text)
    {
        if (!connection.TrySend(text, Opcode.Text)) _ = TellLaterAsync(connection, text);
    }

    private static async Task TellLaterAsync(WebSocketConnection connection, byte[] text)
    {
        try
        {
            await connection.SendAsync(text, Opcode.Text);
        }
        catch (WebSocketClosedException)
        {
            // They have left meanwhile.
        }
    }
}
