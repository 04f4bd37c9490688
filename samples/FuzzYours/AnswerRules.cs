using System.Runtime.CompilerServices;
using Minimal.Http.Wire;

namespace Minimal.FuzzYours;

/// <summary>Rules about answers, beside those about requests that <see cref="HttpRules"/> and the WebSocket table have.</summary>
internal static class AnswerRules
{
    /// <summary>Fewer answers, or others, when the bytes come in pieces.</summary>
    public static readonly ProtocolRule RequestLost =
        Define("RFC 9112 §9.3.2", "pipelined requests are all answered, in their order, wherever the bytes are cut");

    /// <summary>A body in chunks that is read differently when it comes in pieces.</summary>
    public static readonly ProtocolRule ChunksDependOnReads =
        Define("RFC 9112 §7.1", "a chunk is as long as its size says, however many reads it takes");

    /// <summary>Content behind the head of an answer to HEAD.</summary>
    public static readonly ProtocolRule ContentAfterHead = Define("RFC 9110 §9.3.2", "an answer to HEAD has no content");

    /// <summary>A line end of the request that ends a line of the answer.</summary>
    public static readonly ProtocolRule FieldInjected = Define("RFC 9110 §5.5", "a field value holds no CR and no LF, whatever a client asked for");

    /// <summary>A message that a client neither gets nor is told of.</summary>
    public static readonly ProtocolRule MessageLost = Define("the promise of a topic", "a message behind a client's cursor comes, once and in order, or a gap is told");

    private static ProtocolRule Define(string section, string sentence, [CallerMemberName] string name = "") => new(name, 0, section, sentence);
}
