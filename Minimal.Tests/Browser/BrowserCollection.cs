using Xunit;

namespace Minimal.Tests.Browser;

/// <summary>
/// The tests that share the one browser of a run, one after the other. Such a class says <c>[Collection(BrowserCollection.Name)]</c>, takes a
/// <see cref="Browser"/> in its constructor, and opens a <see cref="BrowserPage"/> in each test.
/// </summary>
[CollectionDefinition(Name)]
public sealed class BrowserCollection : ICollectionFixture<Browser>
{
    public const string Name = "Browser";
}
