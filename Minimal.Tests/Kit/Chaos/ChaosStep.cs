namespace Minimal.Testing;

/// <summary>One fault at its place in a direction's bytes: so a run is the same again, however the bytes arrive.</summary>
/// <param name="Direction">In whose bytes the place is.</param>
/// <param name="At">How many bytes pass before it. A drop or reset comes as soon as they have passed; the others wait for the next byte.</param>
/// <param name="Fault">What happens.</param>
/// <param name="For">How long a delay, a merge or a stall lasts.</param>
/// <param name="Bytes">How many bytes are split.</param>
public readonly record struct ChaosStep(ChaosDirection Direction, long At, ChaosFault Fault, TimeSpan For = default, int Bytes = 0)
{
    /// <summary>As a counterexample shows it: <c>Sent@120 Delay 15 ms</c>.</summary>
    public override string ToString()
    {
        string more = Fault switch
        {
            ChaosFault.Split => FormattableString.Invariant($" {Bytes} bytes"),
            ChaosFault.Drop or ChaosFault.Reset => "",
            _ => FormattableString.Invariant($" {For.TotalMilliseconds:0.#} ms"),
        };
        return FormattableString.Invariant($"{Direction}@{At} {Fault}{more}");
    }
}
