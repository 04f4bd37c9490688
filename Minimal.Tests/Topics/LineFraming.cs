using System.Buffers;
using System.Text;
using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>
/// A framing for tests: <c>m id data LF</c>, with the data in hexadecimal. Written in small pieces, so that moving from block to
/// block is exercised.
/// </summary>
internal sealed class LineFraming : TopicFraming
{
    public int Written { get; private set; }

    public override void Write(in TopicMessage message, IBufferWriter<byte> output)
    {
        Written++;
        output.Write("m "u8);
        output.Write(Encoding.UTF8.GetBytes(message.Id.ToString()));
        output.Write(" "u8);
        foreach (byte[] piece in Convert.ToHexStringLower(message.Data.Span).Chunk(50).Select(Encoding.ASCII.GetBytes)) output.Write(piece);
        output.Write("\n"u8);
    }

    public static byte[] Gap(TopicGap gap) => Encoding.UTF8.GetBytes($"g {gap.From} {gap.To}\n");

    public static byte[] End => "e\n"u8.ToArray();
}
