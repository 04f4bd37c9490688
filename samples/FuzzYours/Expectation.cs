using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;

namespace Minimal.FuzzYours;

/// <summary>What is expected of a server, as a property over generated attacks.</summary>
/// <param name="Rule">What the server breaks when the property does not hold.</param>
/// <param name="Property">Throws <see cref="CheckFailedException"/> with what came back.</param>
internal sealed record Expectation(ProtocolRule Rule, Property Property)
{
    /// <summary>An expectation over attacks that shrink.</summary>
    /// <param name="rule">The rule.</param>
    /// <param name="attacks">What is sent.</param>
    /// <param name="judge">Sends it, and says what is wrong with what came back; null when nothing is.</param>
    public static Expectation Of<T>(ProtocolRule rule, Arbitrary<T> attacks, Func<T, string?> judge) =>
        new(rule, Prop.ForAll(attacks, attack =>
        {
            if (judge(attack) is { } wrong) throw new CheckFailedException(wrong);
        }));
}
