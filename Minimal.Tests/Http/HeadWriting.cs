using System.Buffers;
using System.Text;
using Minimal.Http.Wire;

namespace Minimal.Tests.Http;

/// <summary>Writes the head of a response for tests, as text.</summary>
internal static class HeadWriting
{
    /// <summary>The head as a server writes it, without a Date unless one is given.</summary>
    public static string Write(
        ResponseHead head, BodyFraming framing = default, ConnectionOption connection = ConnectionOption.None, string date = "")
    {
        var output = new ArrayBufferWriter<byte>();
        ResponseHeadWriter.Write(head, framing, connection, Encoding.ASCII.GetBytes(date), output);
        return Encoding.Latin1.GetString(output.WrittenSpan);
    }
}
