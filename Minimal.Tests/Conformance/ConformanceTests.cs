using Xunit;

namespace Minimal.Tests.Conformance;

public sealed class ConformanceTests
{
    /// <summary>Groups in which every requirement is proven, or decided with a reason. They stay so.</summary>
    private static readonly (string File, string Letter)[] CompleteGroups =
    [
        ("http1", "A"), ("http1", "B"), ("http1", "C"), ("http1", "D"), ("http1", "E"), ("http1", "F"), ("http1", "G"), ("http1", "H"), ("http1", "I"),
        ("http1", "J"), ("http1", "K"), ("http1", "L"), ("sse", "A"), ("sse", "B"),
        ("longpoll", "A"), ("longpoll", "B"), ("longpoll", "C"), ("longpoll", "D"), ("longpoll", "E"), ("longpoll", "F"), ("longpoll", "G"),
    ];

    private readonly Ledger _ledger = Ledger.Load();

    [Fact]
    public void Document_is_up_to_date() => ApprovedFile.Check("docs/conformance.md", ConformanceDocument.Write(_ledger));

    [Fact]
    public void Tests_vectors_and_decisions_name_requirements_that_exist() => Findings.AssertNone(_ledger.Faults());

    [Fact]
    public void Complete_groups_are_complete() =>
        Findings.AssertNone(CompleteGroups.SelectMany(group => _ledger.MissingIn(group.File, group.Letter)));
}
