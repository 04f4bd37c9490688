using System.Buffers;
using System.Globalization;
using System.Text;
using Minimal.Http.Topics;

namespace Minimal.Tests.Topics;

/// <summary>Each message in a chunk of its own (RFC 9112 §7.1), with a line end behind the data.</summary>
internal sealed class ChunkFraming : TopicFraming
{
    public override void Write(in TopicMessage message, IBufferWriter<byte> output)
    {
        output.Write(Encoding.ASCII.GetBytes((message.Data.Length + 2).ToString("x", CultureInfo.InvariantCulture) + "\r\n"));
        output.Write(message.Data.Span);
        output.Write("\r\n\r\n"u8);
    }
}

/// <summary>Breaks the promise of framings at the third message, once.</summary>
internal sealed class ThrowsOnce : TopicFraming
{
    private bool _thrown;

    public override void Write(in TopicMessage message, IBufferWriter<byte> output)
    {
        output.Write(message.Data.Span);
        if (_thrown || message.Id.Sequence < 3) return;
        _thrown = true;
        throw new FormatException();
    }
}

/// <summary>Leaves out every other message.</summary>
internal sealed class EvenFraming : TopicFraming
{
    public override void Write(in TopicMessage message, IBufferWriter<byte> output)
    {
        if (message.Id.Sequence % 2 == 0) output.Write(message.Data.Span);
    }
}
