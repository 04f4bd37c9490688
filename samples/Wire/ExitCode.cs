namespace Minimal.WireTool;

/// <summary>What scripts learn.</summary>
internal static class ExitCode
{
    /// <summary>All is well.</summary>
    public const int Fine = 0;

    /// <summary>Something was found: a broken message, a different answer, a request that should have been refused.</summary>
    public const int Found = 1;

    /// <summary>The arguments are wrong.</summary>
    public const int WrongArguments = 2;

    /// <summary>A file cannot be read or written, or a server cannot be reached.</summary>
    public const int Impossible = 3;
}

/// <summary>Ends the program with a sentence and an exit code.</summary>
internal sealed class ToolException(int exitCode, string sentence) : Exception(sentence)
{
    public int ExitCode { get; } = exitCode;
}
