using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;
using Xunit;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Minimal.Tests.Testing;

public sealed class PropertyTests
{
    private static readonly FsCheck.Property HasNoLineFeed = Prop.ForAll(HttpArbitraries.Bytes(), bytes => !bytes.Value.Contains((byte)'\n'));

    [Fact]
    public void A_failure_shows_the_smallest_bytes_escaped_and_the_seed()
    {
        var failed = Assert.Throws<CheckFailedException>(() => PropertyCheck.Holds(HasNoLineFeed));
        Assert.Contains("\n    \\n\n", failed.Message, StringComparison.Ordinal);
        Assert.Matches(@"MINIMAL_SEED=\d+$", failed.Message);
    }

    [Fact]
    public void A_failure_shows_what_the_check_threw()
    {
        var failed = Assert.Throws<CheckFailedException>(() => PropertyCheck.Holds(HttpArbitraries.Bytes(), bytes => Assert.DoesNotContain((byte)'\n', bytes.Value)));
        Assert.Contains("because: Assert.DoesNotContain() Failure", failed.Message, StringComparison.Ordinal);
        Assert.IsType<DoesNotContainException>(failed.InnerException);
    }

    [Fact]
    public void The_seed_brings_the_counterexample_back()
    {
        Counterexample found = PropertyCheck.MustFail(HasNoLineFeed);
        Counterexample? again = PropertyCheck.Find(HasNoLineFeed, tests: 1000, found.Seed);
        Assert.Equal($"{found}", $"{again}");
        Assert.Equal("\n"u8.ToArray(), Assert.IsType<HttpBytes>(Assert.Single(found.Smallest)).Value);
    }

    [Fact]
    public void A_fault_that_is_not_found_fails_the_test_that_planted_it() =>
        Assert.Throws<CheckFailedException>(() => PropertyCheck.MustFail(Prop.ForAll(HttpArbitraries.Bytes(), _ => true)));

    [Fact]
    public void A_property_about_hardly_any_value_does_not_pass() =>
        Assert.Throws<CheckFailedException>(() => PropertyCheck.Holds(Prop.ForAll(HttpArbitraries.Bytes(), bytes => false.Implies(true))));

    [Property(Tests = 20)]
    public void Parameters_of_several_types_are_generated(HttpRequestModel request, Mutant<HttpRequestModel> mutant, HttpResponseModel response, Segmentation segmentation, int number)
    {
        Assert.NotNull(request);
        Assert.NotNull(mutant);
        Assert.NotNull(response);
        Assert.NotNull(segmentation);
        Assert.IsType<int>(number);
    }

    [Property(Tests = 20)]
    public async Task A_property_may_wait(byte number)
    {
        await Task.Yield();
        Assert.InRange(number, 0, 255);
    }

    [Property(Tests = 20, Arbitraries = [typeof(OnlySeven)])]
    public bool Given_generators_go_first_and_a_property_may_return_a_verdict(int number) => number == 7;

    [Theory]
    [InlineData(nameof(Failing.Throws))]
    [InlineData(nameof(Failing.ThrowsLater))]
    [InlineData(nameof(Failing.ReturnsFalse))]
    public async Task A_property_that_does_not_hold_is_a_failed_test(string name)
    {
        var messages = new Messages();
        RunSummary summary = await TestCase(name).RunAsync(new Xunit.Sdk.NullMessageSink(), messages, [], new ExceptionAggregator(), new CancellationTokenSource());
        Assert.Equal((1, 1), (summary.Total, summary.Failed));
        ITestFailed failed = Assert.Single(messages.Sent.OfType<ITestFailed>());
        Assert.Equal(typeof(CheckFailedException).FullName, failed.ExceptionTypes[0]);
    }

    private static PropertyTestCase TestCase(string name)
    {
        var assembly = new TestAssembly(Reflector.Wrap(typeof(PropertyTests).Assembly));
        var tests = new TestClass(new TestCollection(assembly, null, ""), Reflector.Wrap(typeof(Failing)));
        MethodInfo method = typeof(Failing).GetMethod(name)!;
        return new PropertyTestCase(new Xunit.Sdk.NullMessageSink(), TestMethodDisplay.Method, TestMethodDisplayOptions.None, new TestMethod(tests, Reflector.Wrap(method)));
    }

    [SuppressMessage("Usage", "xUnit1000", Justification = "Not public, so that xunit does not run these of its own accord: they fail")]
    private sealed class Failing
    {
        [Property]
        public void Throws(byte number) => Assert.InRange(number, 0, 9);

        [Property]
        public async Task ThrowsLater(byte number)
        {
            await Task.Yield();
            Assert.InRange(number, 0, 9);
        }

        [Property]
        public bool ReturnsFalse(byte number) => number < 10;
    }

    private static class OnlySeven
    {
        public static Arbitrary<int> Seven() => Arb.From(Gen.Constant(7));
    }

    private sealed class Messages : IMessageBus
    {
        public List<IMessageSinkMessage> Sent { get; } = [];

        public bool QueueMessage(IMessageSinkMessage message)
        {
            Sent.Add(message);
            return true;
        }

        public void Dispose()
        {
        }
    }
}
