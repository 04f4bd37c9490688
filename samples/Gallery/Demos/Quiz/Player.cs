using Minimal.WebSocket;

namespace Minimal.Gallery.Demos.Quiz;

/// <summary>Somebody who plays.</summary>
internal sealed class Player(WebSocketConnection connection)
{
    private int _answered;

    public WebSocketConnection Connection => connection;

    /// <summary>Whether this is the first answer to a question; there is none to earlier ones any more.</summary>
    public bool TryAnswer(int n)
    {
        if (n <= _answered) return false;
        _answered = n;
        return true;
    }
}
