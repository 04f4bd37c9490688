using System.Buffers;
using System.Text;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.Tests.Http;

/// <summary>
/// Reads a message, or the body of one, as a connection does, without being one: the parsers of Wire in their order, over a buffer that
/// grows. Tests and vectors look at what came of it.
/// </summary>
internal abstract class MessageReader
{
    /// <summary>The answer; it is the last one unless it is <see cref="ParseStatus.NeedMore"/>.</summary>
    public ParseStatus Status { get; protected set; } = ParseStatus.NeedMore;

    /// <summary>The rule that is broken.</summary>
    public ProtocolRule? Broken { get; protected set; }

    /// <summary>How many bytes of the buffer belong to what was read so far.</summary>
    public abstract long Used { get; }

    /// <summary>Looks at a buffer that begins where the message does, and goes on where it stopped.</summary>
    public abstract ParseStatus Read(in ReadOnlySequence<byte> buffer);

    /// <summary>What was understood beyond the spans, a line each.</summary>
    public abstract IEnumerable<string> Describe();

    /// <summary>What came of it, as vectors show it.</summary>
    public VectorOutcome Outcome() => new(Status, Status == ParseStatus.Complete ? Used : 0, Broken, [.. Describe()]);

    /// <summary>All that was understood, a line each.</summary>
    public override string ToString() => string.Join('\n', [$"{Status} {Broken?.Name} {Used}", .. Describe()]);

    /// <summary>Reads segments as they arrive, until there is an answer or no more of them.</summary>
    protected static T Feed<T>(T reader, IReadOnlyList<ReadOnlyMemory<byte>> segments)
        where T : MessageReader
    {
        foreach (ReadOnlySequence<byte> buffer in Segments.Arriving(segments))
        {
            if (reader.Read(buffer) != ParseStatus.NeedMore) break;
        }

        return reader;
    }

    /// <summary>Reads a text, one Latin-1 character for each byte, and demands the same answer at every split.</summary>
    protected static T FeedAtAllSplits<T>(Func<T> reader, string text)
        where T : MessageReader
    {
        byte[] bytes = Encoding.Latin1.GetBytes(text);
        Splits.Run(bytes, segments => Feed(reader(), segments).ToString());
        return Feed(reader(), [bytes]);
    }

    protected ParseStatus Refuse(ProtocolRule? broken)
    {
        Broken = broken;
        return Status = ParseStatus.Invalid;
    }

    protected static string Line(string what, string value) => $"{what}: {value}".TrimEnd();
}
