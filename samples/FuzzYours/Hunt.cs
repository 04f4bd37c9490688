using FsCheck;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.FuzzYours;

/// <summary>A fault that was found, as small as it gets.</summary>
/// <param name="Rule">The rule that the server breaks.</param>
/// <param name="Counterexample">What was sent, and what came back.</param>
/// <param name="Attacks">Which attack found it.</param>
/// <param name="Connections">How many connections that took, with making it small.</param>
/// <param name="Time">How long.</param>
internal sealed record Finding(ProtocolRule Rule, Counterexample Counterexample, int Attacks, int Connections, TimeSpan Time);

/// <summary>Tries one expectation after the other, each with so many attacks, until the time is over.</summary>
/// <param name="attacks">How many for each expectation.</param>
/// <param name="most">How long in all.</param>
/// <param name="seed">The same seed, the same attacks.</param>
/// <param name="clock">The time.</param>
internal sealed class Hunt(int attacks, TimeSpan most, ulong seed, TimeProvider clock)
{
    private readonly long _start = clock.GetTimestamp();

    /// <summary>Expectations that were tried.</summary>
    public int Tried { get; private set; }

    /// <summary>Expectations that there was no time for.</summary>
    public int Left { get; private set; }

    public TimeSpan Elapsed => clock.GetElapsedTime(_start);

    /// <summary>What was found.</summary>
    public IEnumerable<Finding> Run(Aim aim, IEnumerable<Expectation> expectations)
    {
        foreach (Expectation expectation in expectations)
        {
            if (Elapsed > most)
            {
                Left++;
                continue;
            }

            Tried++;
            int before = aim.Tries;
            TimeSpan begin = Elapsed;
            Counterexample? found = PropertyCheck.Find(expectation.Property, attacks, seed);
            if (found is not null) yield return new Finding(expectation.Rule, found, found.Tests, aim.Tries - before, Elapsed - begin);
        }
    }
}
