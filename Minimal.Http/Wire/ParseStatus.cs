namespace Minimal.Http.Wire;

/// <summary>What a parser can say about the bytes it was given. There is no fourth answer.</summary>
public enum ParseStatus
{
    /// <summary>The bytes are the beginning of something: nothing is wrong yet, and it is not all there.</summary>
    NeedMore,

    /// <summary>The element is complete.</summary>
    Complete,

    /// <summary>A rule is broken; which one, the parser says beside this answer. It stays broken whatever bytes follow.</summary>
    Invalid,
}
