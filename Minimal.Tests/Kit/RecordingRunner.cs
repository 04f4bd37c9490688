using FsCheck;
using Microsoft.FSharp.Collections;
using Microsoft.FSharp.Core;

namespace Minimal.Testing;

/// <summary>Takes FsCheck's verdict as a value instead of printing it.</summary>
internal sealed class RecordingRunner(ulong seed) : IRunner
{
    public Counterexample? Found { get; private set; }

    public void OnStartFixture(Type t)
    {
    }

    public void OnArguments(int ntest, FSharpList<object> args, FSharpFunc<int, FSharpFunc<FSharpList<object>, string>> every)
    {
    }

    public void OnShrink(FSharpList<object> args, FSharpFunc<FSharpList<object>, string> everyShrink)
    {
    }

    public void OnFinished(string name, TestResult result)
    {
        if (result is TestResult.Failed failed)
        {
            Exception? cause = (failed.Item4 as Outcome.Failed)?.Item;
            Found = new Counterexample(seed, failed.Item1.NumberOfTests, [.. failed.Item2], [.. failed.Item3], cause);
        }

        if (result is TestResult.Exhausted exhausted)
        {
            throw new CheckFailedException($"Only {exhausted.Item.NumberOfTests} tests had values that the property is about.");
        }
    }
}
