namespace Benchmarks.Load;

/// <summary>Our own programs in C, built when they are first needed and after each change.</summary>
internal static class CSource
{
    public const string Flags = "-O2 -pthread";

    /// <summary>The path of the built program.</summary>
    public static async Task<string> BuildAsync(string source, CancellationToken stop)
    {
        string from = Repository.PathOf(source), to = Repository.WorkFile(Path.GetFileNameWithoutExtension(source));
        if (File.Exists(to) && File.GetLastWriteTimeUtc(to) > File.GetLastWriteTimeUtc(from)) return to;
        if (!OperatingSystem.IsLinux()) throw new BenchmarkException("The load generator is made for Linux's epoll, so the benchmarks run on Linux alone.");
        if (Tool.Find("gcc") is not { } gcc) throw new BenchmarkException($"gcc is not installed; it builds {source}, without which nothing can be measured.");
        (int code, _, string error) = await Tool.RunAsync([gcc, .. Flags.Split(' '), "-o", to, from], stop);
        return code == 0 ? to : throw new BenchmarkException($"gcc could not build {source}: {error}");
    }
}
