namespace Minimal.FuzzYours.Planted;

/// <summary>The bugs of the planted server. Each was seen in servers that people use.</summary>
internal enum PlantedBug
{
    /// <summary>A line may end with LF alone.</summary>
    AcceptsBareLineFeed,

    /// <summary>Of several lengths the last one counts.</summary>
    TakesLastLength,

    /// <summary>Where both a length and a coding are given, the coding is ignored.</summary>
    IgnoresCodingBesideLength,

    /// <summary>A length may have a plus sign, as numbers may that a program reads.</summary>
    AcceptsSignedLength,

    /// <summary>Of the size of a chunk, the last 32 bits count.</summary>
    ReadsChunkSizesIn32Bits,

    /// <summary>White space may stand in front of a colon.</summary>
    AcceptsSpaceBeforeColon,

    /// <summary>A line that begins with white space goes on with the field before it.</summary>
    UnfoldsFields,

    /// <summary>There may be two hosts.</summary>
    AcceptsSecondHost,

    /// <summary>What is read of the next request is dropped unless its head is there already.</summary>
    DropsBeginningOfNextRequest,

    /// <summary>Where a chunk goes on in another read, a byte is skipped.</summary>
    SkipsByteBetweenReads,

    /// <summary>HEAD is answered as GET is.</summary>
    AnswersHeadWithContent,

    /// <summary>A field of the answer repeats the query, percent-encoding undone.</summary>
    ReflectsLineEnds,

    /// <summary>Who polls gets the newest message alone.</summary>
    LosesMessageBetweenPolls,

    /// <summary>A frame of a client need not be masked.</summary>
    AcceptsUnmaskedFrames,
}
