using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>Finds the end of frames that this end has made itself.</summary>
internal static class FrameScan
{
    /// <summary>Where the frame ends that holds the byte before <paramref name="position"/>.</summary>
    public static int EndOfFrame(ReadOnlySpan<byte> frames, int position)
    {
        var rules = new FrameRules(WebSocketRole.Client, FrameHeader.Rsv1);
        int end = 0;
        while (end < position)
        {
            FrameHeader.TryRead(frames[end..], rules, out FrameHeader header, out _);
            end += header.Length + (int)header.PayloadLength;
        }

        return end;
    }
}
