using Minimal.Http.Wire;

namespace Minimal.FuzzYours;

/// <summary>Prints what was found.</summary>
internal static class Report
{
    // Where the RFC lets a server read on: "MAY recognize a single LF", "replace each obs-fold with SP", "reject or process".
    private static readonly ProtocolRule[] Allowed =
    [
        HttpRules.BareLineFeed, HttpRules.BareCarriageReturn, HttpRules.ObsoleteFold, HttpRules.InvalidFieldValue, HttpRules.LengthAndCoding,
        HttpRules.InvalidRequestLine, HttpRules.InvalidTarget, HttpRules.InvalidChunkExtension,
    ];

    /// <summary>One finding: the rule, the smallest bytes, what came back.</summary>
    public static void Write(Finding finding, TextWriter output)
    {
        output.WriteLine($"{finding.Rule.Name}: {finding.Rule}{(Allowed.Contains(finding.Rule) ? "; the RFC lets a server read it all the same, in one way" : "")}");
        foreach (object sent in finding.Counterexample.Smallest) output.WriteLine($"    sent  {$"{sent}".ReplaceLineEndings("\n          ")}");
        output.WriteLine($"    got   {finding.Counterexample.Cause?.Message.ReplaceLineEndings("\n          ")}");
        output.WriteLine();
    }

    /// <summary>The table of all findings.</summary>
    public static void WriteTable(IReadOnlyList<Finding> findings, Hunt hunt, TextWriter output)
    {
        output.WriteLine($"{"rule",-24}{"section",-26}{"attack",7}{"connections",13}{"seconds",9}");
        foreach (Finding finding in findings)
        {
            output.WriteLine($"{finding.Rule.Name,-24}{finding.Rule.Section,-26}{finding.Attacks,7}{(finding.Connections > 0 ? $"{finding.Connections}" : "-"),13}{finding.Time.TotalSeconds,9:0.0}");
        }

        output.WriteLine($"{findings.Count} of {hunt.Tried} rules are broken; {hunt.Elapsed.TotalSeconds:0} s{(hunt.Left > 0 ? $"; no time for {hunt.Left} more" : "")}.");
    }
}
