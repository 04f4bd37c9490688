using Benchmarks.Areas;

namespace Benchmarks.Servers;

/// <summary>A server that can be measured: how it is built, started and asked.</summary>
/// <param name="name">As it is named on the command line.</param>
/// <param name="title">As it is named in reports.</param>
/// <param name="areas">What it can take part in; empty for everything.</param>
internal abstract class BenchmarkServer(string name, string title, params string[] areas)
{
    public string Name => name;

    public string Title => title;

    /// <summary>Whether it runs on .NET, so that its allocations can be counted.</summary>
    public virtual bool IsManaged => false;

    public bool Takes(Area area) => areas.Length == 0 || areas.Contains(area.Name);

    /// <summary>Builds it, or finds it; the answer is why it cannot be had, null when it can.</summary>
    public abstract Task<string?> PrepareAsync(CancellationToken stop);

    /// <summary>The program and its arguments.</summary>
    public abstract string[] Command(Area area, int port);

    /// <summary>The version, for the report.</summary>
    public abstract Task<string> VersionAsync();

    /// <summary>The generator's options for an area, where the server wants to be asked in another way than ours.</summary>
    public virtual string Load(Area area, string load) => load;
}
