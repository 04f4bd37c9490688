namespace Minimal.Tests.Conformance;

/// <summary>One row of the ledger: something that a standard, or this project's policy, asks for.</summary>
/// <param name="File">The part of the ledger: <c>http1</c>, <c>websocket</c>, <c>sse</c> or <c>longpoll</c>.</param>
/// <param name="Group">The heading that it stands under, which begins with a letter: <c>A. RFC 9112 — message format and parsing</c>.</param>
/// <param name="Id">Its name for good: <c>H1-2.2-01</c>.</param>
/// <param name="Section">Where it comes from: <c>RFC 9112 §2.2</c>, or <c>policy</c>.</param>
/// <param name="Level">MUST, MUST NOT, SHOULD, MAY, or DEF for a definition.</param>
/// <param name="Origin"><c>spec</c>, <c>derived</c> or <c>policy</c>.</param>
/// <param name="Text">What is asked for, in our words.</param>
internal sealed record Requirement(string File, string Group, string Id, string Section, string Level, string Origin, string Text)
{
    /// <summary>The letter of the group.</summary>
    public string GroupLetter => Group[..1];
}

/// <summary>Says of a requirement that it is not kept, and why.</summary>
/// <param name="Id">The requirement.</param>
/// <param name="Kind"><c>refused-by-choice</c> or <c>not-applicable</c>.</param>
/// <param name="Reason">Why, as one sentence without a full stop.</param>
internal sealed record Decision(string Id, string Kind, string Reason)
{
    /// <summary>The standard allows it, and this project does not want it.</summary>
    public const string RefusedByChoice = "refused-by-choice";

    /// <summary>There is nothing here that it is about.</summary>
    public const string NotApplicable = "not-applicable";
}
