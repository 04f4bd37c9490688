using Xunit;

namespace Minimal.Tests;

/// <summary>For tests that look for what is wrong in many places, and should name all of it when they fail.</summary>
internal static class Findings
{
    /// <summary>Demands that nothing was found; the message has a line for each finding.</summary>
    public static void AssertNone(IEnumerable<string> findings)
    {
        string[] all = [.. findings];
        if (all.Length > 0) Assert.Fail(string.Join('\n', all));
    }
}
