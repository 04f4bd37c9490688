namespace Minimal.Http.Diagnostics;

/// <summary>
/// Watches the connections of a server: what passes is read by <see cref="WireReader"/>, kept within bounds and told to whom it concerns.
/// A server takes one by <see cref="HttpServerOptions.Inspector"/>.
/// </summary>
/// <remarks>Thread-safe.</remarks>
public sealed class WireInspector
{
    /// <summary>An inspector for one or more servers.</summary>
    public WireInspector(WireInspectorOptions? options = null) => Options = options ?? new WireInspectorOptions();

    /// <summary>What it was told.</summary>
    public WireInspectorOptions Options { get; }

    /// <summary>The connections that are kept, open and ended, oldest first: a copy.</summary>
    public IReadOnlyList<WireConnection> Connections => [];

    /// <summary>Begins to tell what happens from now on.</summary>
    /// <param name="capacity">How much news may wait for its reader; what is older is missed. At least 1.</param>
    public WireSubscription Subscribe(int capacity = 4096) => new();
}
