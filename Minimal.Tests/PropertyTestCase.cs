using System.Reflection;
using Minimal.Testing;
using Xunit.Abstractions;
using Xunit.Sdk;

namespace Minimal.Tests;

/// <summary>
/// A property as xunit runs it. Each nested class replaces one step of xunit's own chain (case, test, invocation), and
/// only the last does something else: it generates the arguments.
/// </summary>
internal sealed class PropertyTestCase : XunitTestCase
{
    /// <summary>For deserialization.</summary>
    [Obsolete("Called by the deserializer only")]
    public PropertyTestCase()
    {
    }

    internal PropertyTestCase(IMessageSink messages, TestMethodDisplay display, TestMethodDisplayOptions options, ITestMethod method)
        : base(messages, display, options, method)
    {
    }

    /// <inheritdoc />
    public override Task<RunSummary> RunAsync(
        IMessageSink diagnosticMessageSink, IMessageBus messageBus, object[] constructorArguments,
        ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource) =>
        new CaseRunner(this, constructorArguments, messageBus, aggregator, cancellationTokenSource).RunAsync();

    private sealed class CaseRunner(
        PropertyTestCase property, object[] arguments, IMessageBus bus, ExceptionAggregator aggregator, CancellationTokenSource cancellation)
        : XunitTestCaseRunner(property, property.DisplayName, property.SkipReason, arguments, [], bus, aggregator, cancellation)
    {
        protected override XunitTestRunner CreateTestRunner(
            ITest test, IMessageBus messageBus, Type testClass, object[] constructorArguments, MethodInfo testMethod,
            object[] testMethodArguments, string skipReason, IReadOnlyList<BeforeAfterTestAttribute> beforeAfterAttributes,
            ExceptionAggregator aggregator, CancellationTokenSource cancellationTokenSource) =>
            new TestRunner(
                test, messageBus, testClass, constructorArguments, testMethod, skipReason, beforeAfterAttributes, aggregator, cancellationTokenSource);
    }

    private sealed class TestRunner(
        ITest test, IMessageBus bus, Type type, object[] arguments, MethodInfo method, string skipReason,
        IReadOnlyList<BeforeAfterTestAttribute> around, ExceptionAggregator aggregator, CancellationTokenSource cancellation)
        : XunitTestRunner(test, bus, type, arguments, method, [], skipReason, around, aggregator, cancellation)
    {
        protected override Task<decimal> InvokeTestMethodAsync(ExceptionAggregator aggregator) =>
            new Invoker(
                Test, MessageBus, TestClass, ConstructorArguments, TestMethod, BeforeAfterAttributes, aggregator, CancellationTokenSource).RunAsync();
    }

    private sealed class Invoker(
        ITest test, IMessageBus bus, Type type, object[] arguments, MethodInfo method,
        IReadOnlyList<BeforeAfterTestAttribute> around, ExceptionAggregator aggregator, CancellationTokenSource cancellation)
        : XunitTestInvoker(test, bus, type, arguments, method, [], around, aggregator, cancellation)
    {
        protected override async Task<decimal> InvokeTestMethodAsync(object testClassInstance)
        {
            PropertyAttribute property = TestMethod.GetCustomAttribute<PropertyAttribute>()!;
            await Timer.AggregateAsync(() => Aggregator.RunAsync(() =>
                Task.Run(() => PropertyCheck.Method(TestMethod, testClassInstance, property.Tests, property.Arbitraries))));
            return Timer.Total;
        }
    }
}
