namespace Minimal.Http.Diagnostics;

/// <summary>Ways to read what a strict server refuses. A <see cref="LensReading"/> has one of them, or a few that come together.</summary>
[Flags]
public enum LensLeniency
{
    /// <summary>None: what breaks a rule is refused.</summary>
    None = 0,

    /// <summary>LF alone ends a line of a head (RFC 9112 §2.2).</summary>
    BareLineFeed = 1 << 0,

    /// <summary>CR alone ends a line of a head (RFC 9112 §2.2).</summary>
    BareCarriageReturn = 1 << 1,

    /// <summary>Of several Content-Lengths the first counts (RFC 9112 §6.3).</summary>
    FirstLength = 1 << 2,

    /// <summary>Of several Content-Lengths the last counts (RFC 9112 §6.3).</summary>
    LastLength = 1 << 3,

    /// <summary>Content-Length is read as C's strtol reads: a plus, digits, and what follows is overlooked (RFC 9110 §8.6).</summary>
    LengthAsInC = 1 << 4,

    /// <summary>Where both are, Transfer-Encoding frames the body; HTTP/1.0 may have one too (RFC 9112 §6.1, §6.3).</summary>
    CodingOverLength = 1 << 5,

    /// <summary>Where both are, Content-Length frames the body; in HTTP/1.0 Transfer-Encoding is overlooked (RFC 9112 §6.1, §6.3).</summary>
    LengthOverCoding = 1 << 6,

    /// <summary>A Transfer-Encoding that has <c>chunked</c> in it anywhere is taken for it (RFC 9112 §6.1).</summary>
    ObfuscatedCoding = 1 << 7,

    /// <summary>A Transfer-Encoding that is not plainly <c>chunked</c> is overlooked (RFC 9112 §6.1).</summary>
    UnknownCodingIgnored = 1 << 8,

    /// <summary>A line that begins with white space goes on with the field before it (RFC 9112 §5.2).</summary>
    FoldJoined = 1 << 9,

    /// <summary>A line that begins with white space is a field of its own (RFC 9112 §5.2).</summary>
    FoldAsField = 1 << 10,

    /// <summary>White space between a name and its colon is overlooked (RFC 9112 §5.1).</summary>
    SpaceBeforeColon = 1 << 11,

    /// <summary>A line that is no field is passed over (RFC 9112 §5).</summary>
    OddFieldIgnored = 1 << 12,

    /// <summary>A chunk size is read as C's strtol reads: spaces, a plus, 0x, digits, and what follows is overlooked (RFC 9112 §7.1).</summary>
    ChunkSizeAsInC = 1 << 13,

    /// <summary>Of a chunk size beyond 32 bits the lowest 32 count (RFC 9112 §7.1).</summary>
    ChunkSizeWraps = 1 << 14,

    /// <summary>LF alone ends the line of a chunk size (RFC 9112 §7.1).</summary>
    ChunkLineFeed = 1 << 15,

    /// <summary>LF alone is part of a chunk extension, which goes on to the next CRLF (RFC 9112 §7.1.1).</summary>
    LineFeedInExtension = 1 << 16,

    /// <summary>The two bytes behind the data of a chunk are passed over, whatever they are (RFC 9112 §7.1).</summary>
    ChunkEndUnchecked = 1 << 17,
}
