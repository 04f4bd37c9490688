using System.Globalization;
using System.Runtime.InteropServices;

/// <summary>
/// Tells a benchmark what only the process itself knows. On SIGUSR1 it writes how many bytes were allocated so far, on SIGUSR2 how many
/// live, into the file that MINIMAL_COUNTERS names. The runtime calls it by this name, which has no namespace.
/// </summary>
#pragma warning disable CA1050 // The runtime looks for a type of this name outside of any namespace.
public static class StartupHook
#pragma warning restore CA1050
{
    private const PosixSignal UserOne = (PosixSignal)10, UserTwo = (PosixSignal)12;

    private static readonly List<PosixSignalRegistration> Registrations = [];

    /// <summary>Called by the runtime before the program's own main method.</summary>
    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable("MINIMAL_COUNTERS") is not { } path) return;
        Registrations.Add(PosixSignalRegistration.Create(UserOne, context => Answer(context, path, GC.GetTotalAllocatedBytes(precise: true))));
        Registrations.Add(PosixSignalRegistration.Create(UserTwo, context => Answer(context, path, Live())));
    }

    private static long Live()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        return GC.GetTotalMemory(forceFullCollection: true);
    }

    private static void Answer(PosixSignalContext context, string path, long bytes)
    {
        context.Cancel = true;
        File.WriteAllText($"{path}.new", bytes.ToString(CultureInfo.InvariantCulture));
        File.Move($"{path}.new", path, overwrite: true);
    }
}
