using Xunit.Abstractions;
using Xunit.Sdk;

namespace Minimal.Tests;

/// <summary>Finds methods with <see cref="PropertyAttribute"/>: each is one test case, however many values it tries.</summary>
internal sealed class PropertyDiscoverer(IMessageSink messages) : IXunitTestCaseDiscoverer
{
    /// <inheritdoc />
    public IEnumerable<IXunitTestCase> Discover(
        ITestFrameworkDiscoveryOptions discoveryOptions, ITestMethod testMethod, IAttributeInfo factAttribute)
    {
        TestMethodDisplay display = discoveryOptions.MethodDisplayOrDefault();
        return [new PropertyTestCase(messages, display, discoveryOptions.MethodDisplayOptionsOrDefault(), testMethod)];
    }
}
