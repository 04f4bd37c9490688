using FsCheck;
using FsCheck.Fluent;
using Microsoft.FSharp.Core;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>Runs properties with the same values each time, and shows that they find faults.</summary>
internal static class Properties
{
    private const ulong Seed = 6455;

    public static void Holds<T>(Arbitrary<T> values, Action<T> body, int tests = 300) => Check.One(Configured(tests), Prop.ForAll(values, body));

    /// <summary>Demands that an assertion of the property fails: the fault that was planted is found.</summary>
    public static void MustFail<T>(Arbitrary<T> values, Action<T> body, int tests = 1000)
    {
        Exception found = Assert.ThrowsAny<Exception>(() => Holds(values, body, tests));
        Assert.Contains("Falsifiable", found.Message, StringComparison.Ordinal);
        Assert.Contains("Xunit.Sdk", found.Message, StringComparison.Ordinal);
    }

    private static Config Configured(int tests) => Config.QuickThrowOnFailure
        .WithMaxTest(tests)
        .WithQuietOnSuccess(true)
        .WithReplay(FSharpOption<Replay>.Some(new Replay(new Rnd(Seed), FSharpOption<int>.None)));
}
