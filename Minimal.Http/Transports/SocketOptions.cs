using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Minimal.Http.Transports;

/// <summary>What is set on sockets, and when: on Linux a listening socket hands its options down, which saves calls for each connection.</summary>
internal static class SocketOptions
{
    private const int TcpNotSentLowWaterMark = 25;

    // What the kernel holds unsent for a slow reader, besides what is on its way: small, so that slowness is felt here soon.
    private const int NotSentBytes = 128 * 1024;

    public static void Set(Socket socket)
    {
        if (socket.ProtocolType != ProtocolType.Tcp) return;
        socket.NoDelay = true;
        if (!OperatingSystem.IsLinux()) return;
        Span<byte> bytes = stackalloc byte[4];
        if (BitConverter.IsLittleEndian) BinaryPrimitives.WriteInt32LittleEndian(bytes, NotSentBytes);
        else BinaryPrimitives.WriteInt32BigEndian(bytes, NotSentBytes);
        socket.SetRawSocketOption((int)SocketOptionLevel.Tcp, TcpNotSentLowWaterMark, bytes);
    }

    public static void SetAccepted(Socket socket)
    {
        if (!OperatingSystem.IsLinux()) Set(socket);
    }

    /// <summary>Makes closing send a reset; false when the peer was faster and there is no connection left to reset.</summary>
    public static bool TrySetReset(Socket socket)
    {
        try
        {
            socket.LingerState = new LingerOption(true, 0);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>This side's address; false when there is no connection any more.</summary>
    public static bool TryGetLocal(Socket socket, out EndPoint? local)
    {
        local = null;
        try
        {
            local = socket.LocalEndPoint;
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }

    /// <summary>Sends FIN; false when the peer was faster and there is no connection left to end.</summary>
    public static bool TryShutdown(Socket socket)
    {
        try
        {
            socket.Shutdown(SocketShutdown.Send);
            return true;
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            return false;
        }
    }
}
