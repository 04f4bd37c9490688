using Xunit;

namespace Minimal.Tests.Oracles;

/// <summary>A test that needs another program. Where it is not installed the test is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class ProgramFactAttribute : FactAttribute
{
    /// <param name="program">The program's file name.</param>
    /// <param name="package">The package that Debian has it in.</param>
    public ProgramFactAttribute(string program, string package)
    {
        if (ProgramOracle.Find(program) is null) Skip = $"There is no {program} on this machine: install it (Debian: apt install {package}).";
    }
}
