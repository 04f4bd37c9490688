using System.Net;
using System.Net.Sockets;

namespace Minimal.Soak;

/// <summary>One attacking connection: a bare socket with a small receive buffer that never waits. What the server's end does shows in its log.</summary>
internal sealed class Attacker : IDisposable
{
    private static readonly byte[] Thrown = new byte[64 * 1024];

    private readonly Attack _attack;
    private readonly Socket _socket;
    private ReadOnlyMemory<byte> _unsent;
    private bool _isOver;

    public Attacker(Attack attack, EndPoint server)
    {
        _attack = attack;
        _unsent = attack.Begin;
        _socket = new Socket(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { ReceiveBufferSize = 4096, NoDelay = true };
        _socket.Connect(server);
        _socket.Blocking = false;
        Send();
    }

    /// <summary>Does what a second asks for.</summary>
    public void Tick()
    {
        if (_isOver) return;
        if (_unsent.IsEmpty) _unsent = _attack.Drip;
        Send();
        if (_attack.Reads > 0) Receive();
    }

    public void Dispose() => _socket.Dispose();

    private void Send()
    {
        if (_unsent.IsEmpty) return;
        int sent = _socket.Send(_unsent.Span, SocketFlags.None, out SocketError error);
        _unsent = _unsent[Math.Max(0, sent)..];
        _isOver |= error is not (SocketError.Success or SocketError.WouldBlock);
    }

    private void Receive()
    {
        for (int left = _attack.Reads; left > 0 && !_isOver;)
        {
            int received = _socket.Receive(Thrown.AsSpan(0, Math.Min(left, Thrown.Length)), SocketFlags.None, out SocketError error);
            if (error == SocketError.WouldBlock) return;
            left -= received;

            // Its end does not end it: an attacker holds on.
            if (error != SocketError.Success) _isOver = true;
            if (received == 0) return;
        }
    }
}
