namespace Minimal.Tests.Oracles;

/// <summary>How two implementations stand to each other over the same bytes.</summary>
internal enum Verdict
{
    /// <summary>Both read the same.</summary>
    Agree,

    /// <summary>Both read the same, and then nothing more.</summary>
    BothRefuse,

    /// <summary>Ours refuses what theirs reads.</summary>
    OursStricter,

    /// <summary>Ours reads what theirs refuses.</summary>
    OursLenient,

    /// <summary>Both read it, and not the same.</summary>
    Differ,
}

/// <summary>What came of one input.</summary>
/// <param name="Verdict">How the two stand to each other.</param>
/// <param name="Ours">What ours does.</param>
/// <param name="Theirs">What theirs does.</param>
internal sealed record Comparison(Verdict Verdict, string Ours = "", string Theirs = "")
{
    /// <summary>The stop of a reading that ends because a request said so.</summary>
    public const string Closes = "closes";

    /// <summary>Compares what two servers saw.</summary>
    public static Comparison Of(RequestReading ours, RequestReading theirs)
    {
        int same = ours.Requests.Zip(theirs.Requests).TakeWhile(pair => pair.First == pair.Second).Count();
        bool oursEnds = same == ours.Requests.Count, theirsEnds = same == theirs.Requests.Count;
        if (oursEnds && theirsEnds) return new Comparison(ours.Stop.Length + theirs.Stop.Length == 0 ? Verdict.Agree : Verdict.BothRefuse);
        if (oursEnds) return new Comparison(Verdict.OursStricter, ours.Stop.Length > 0 ? ours.Stop : "waits", "reads it");
        if (theirsEnds) return new Comparison(Verdict.OursLenient, ours.Stop is "" or Closes ? "reads it" : "reads it, then refuses", theirs.Stop.Length > 0 ? theirs.Stop : "waits");
        return new Comparison(Verdict.Differ, "reads it", AspectOf(ours.Requests[same], theirs.Requests[same]));
    }

    private static string AspectOf(SeenRequest ours, SeenRequest theirs) =>
        ours.Method != theirs.Method ? "another method" : ours.Target != theirs.Target ? "another target" : "another content";
}
