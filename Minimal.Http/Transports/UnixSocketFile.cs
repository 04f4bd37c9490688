using System.Net.Sockets;

namespace Minimal.Http.Transports;

/// <summary>
/// The file that stands for a Unix domain socket. It goes when the socket is closed; it outlives a server that was killed, and then keeps
/// the next one from binding.
/// </summary>
internal static class UnixSocketFile
{
    /// <summary>Removes a file behind which nobody listens any more. A file that is no socket is left alone.</summary>
    public static void RemoveIfStale(UnixDomainSocketEndPoint endPoint)
    {
        string path = endPoint.ToString();
        if (!File.Exists(path) || IsAnswered(endPoint)) return;
        if (new FileInfo(path).Length == 0) File.Delete(path);
    }

    private static bool IsAnswered(UnixDomainSocketEndPoint endPoint)
    {
        using var probe = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(endPoint);
            return true;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode != SocketError.ConnectionRefused;
        }
    }
}
