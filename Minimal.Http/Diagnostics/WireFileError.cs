namespace Minimal.Http.Diagnostics;

/// <summary>Why a text is no <c>.wire</c> file.</summary>
/// <param name="Line">The first line that is wrong, from 1.</param>
/// <param name="Reason">What is wrong with it, as a sentence without a full stop.</param>
public sealed record WireFileError(int Line, string Reason)
{
    /// <summary>Line and reason.</summary>
    public override string ToString() => FormattableString.Invariant($"line {Line}: {Reason}");
}
