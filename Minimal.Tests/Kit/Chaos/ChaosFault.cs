namespace Minimal.Testing;

/// <summary>What a bad network does to a connection.</summary>
public enum ChaosFault
{
    /// <summary>What has come is held for a time, and then goes on in the pieces in which it came.</summary>
    Delay,

    /// <summary>The next bytes go on one by one, each in a write of its own.</summary>
    Split,

    /// <summary>What comes within a time goes on together, in one write.</summary>
    Merge,

    /// <summary>Nothing passes either way for a time; then it goes on.</summary>
    Stall,

    /// <summary>From here on nothing passes either way, and nobody is told: a cut without FIN or RST, as of a cable.</summary>
    Drop,

    /// <summary>Both ends see a reset; what was under way is lost.</summary>
    Reset,
}
