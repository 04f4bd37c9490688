using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.Fuzz.Targets;

/// <summary>What the slow twin of the HTTP parsers says, and where it may differ: it knows no limits.</summary>
internal static class HttpGrammar
{
    private static readonly ProtocolRule[] Limits = [HttpRules.TooManyEmptyLines, HttpRules.ChunkTooLarge, HttpRules.ChunkExtensionsTooLarge];

    /// <summary>Whether a rule refuses what is in the grammar, because it is too much, too old, too new, or for someone else.</summary>
    public static bool IsLimit(ProtocolRule broken) => broken.Code != 400 || Limits.Contains(broken);

    /// <summary>Whether the twin threw because the bytes are not in the grammar, or say numbers that it cannot hold.</summary>
    public static bool IsRefusal(Exception thrown) => thrown is CheckFailedException or FormatException or OverflowException or ArgumentOutOfRangeException;
}
