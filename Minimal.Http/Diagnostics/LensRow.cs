using System.Linq;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>How a reading of the lens came to its end.</summary>
public enum LensEnd
{
    /// <summary>All bytes were read, and the last request is complete.</summary>
    AllRead,

    /// <summary>The bytes end in the middle of a head.</summary>
    HeadUnfinished,

    /// <summary>The bytes end in the middle of a body: the last request waits for more.</summary>
    BodyUnfinished,

    /// <summary>A rule is broken; what was read of a body before belongs to the last request.</summary>
    Refused,

    /// <summary>The last request closes the connection: what stands behind it is not read.</summary>
    Closed,

    /// <summary>There are more requests than <see cref="Lens.MaxRequests"/>.</summary>
    TooMany,
}

/// <summary>A request that a reading cuts out of the bytes; offsets count from the first byte.</summary>
/// <param name="Start">Where its request line begins.</param>
/// <param name="BodyStart">Where its head has ended.</param>
/// <param name="End">Where it has ended; when it is not complete, where the reading came to its end.</param>
/// <param name="Method">The method, one character for each byte, of at most <see cref="Lens.MaxText"/> characters.</param>
/// <param name="Target">The target, in the same way.</param>
/// <param name="Framing">How the end of its body is found.</param>
/// <param name="Content">Bytes of content, without what frames them.</param>
/// <param name="IsComplete">Whether all of it is there.</param>
public sealed record LensRequest(
    long Start, long BodyStart, long End, string Method, string Target, BodyKind Framing, long Content, bool IsComplete);

/// <summary>A place where a reading did something that others do not.</summary>
/// <param name="Offset">The byte.</param>
/// <param name="Leniency">The leniency that it took; none where it refused.</param>
/// <param name="Broken">The rule by which it refused; null where it read on.</param>
public sealed record LensTurn(long Offset, LensLeniency Leniency, ProtocolRule? Broken)
{
    /// <summary>What it did, as one sentence without a full stop.</summary>
    public LensText Sentence => Broken is null ? LensTexts.SentenceOf(Leniency) : LensTexts.RefusedBy(Broken);
}

/// <summary>What one reading makes of the bytes.</summary>
/// <param name="Reading">The reading.</param>
/// <param name="Requests">The requests whose head it accepts, in order; only the last can be incomplete.</param>
/// <param name="End">How it came to its end.</param>
/// <param name="EndOffset">Where: the byte that is refused, or where the unfinished head, or what is not read, begins.</param>
/// <param name="Turns">Where it was lenient or refused, in order; empty when it only read what all readings read alike.</param>
public sealed record LensRow(
    LensReading Reading, IReadOnlyList<LensRequest> Requests, LensEnd End, long EndOffset, IReadOnlyList<LensTurn> Turns)
{
    /// <summary>The rule by which the reading refuses; null when it does not.</summary>
    public ProtocolRule? Broken => End == LensEnd.Refused ? Turns[^1].Broken : null;

    /// <summary>Whether another reading cuts the same requests and ends in the same way.</summary>
    public bool CutsAs(LensRow other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return End == other.End && EndOffset == other.EndOffset && Broken == other.Broken && Requests.SequenceEqual(other.Requests);
    }
}
