using System.Buffers;
using System.Text;
using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>A frame's page with one message in it, without a server.</summary>
internal static class FramePage
{
    public static string Of(TopicMessage message)
    {
        var format = new FrameFormat("p", "'self'");
        var output = new ArrayBufferWriter<byte>();
        format.WritePrelude(output);
        format.Framing.Write(message, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }
}
