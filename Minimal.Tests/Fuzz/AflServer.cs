using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using Minimal.Testing;

namespace Minimal.Fuzz;

/// <summary>
/// Speaks to afl-fuzz as its fork server and as the process that was forked, both at once: each input runs here, and its coverage goes into
/// the memory that AFL++ shares. So AFL++ is led by coverage although nothing was compiled by it.
/// </summary>
internal sealed partial class AflServer(FuzzLoop loop, CoverageMap coverage, string file)
{
    private const int Commands = 198, Answers = 199;
    private const int Aborted = 6;

    /// <summary>Runs until afl-fuzz has had enough; false when nobody speaks to us.</summary>
    public bool Run()
    {
        string? id = Environment.GetEnvironmentVariable("__AFL_SHM_ID");
        if (id is null) return false;
        IntPtr shared = Attach(int.Parse(id, CultureInfo.InvariantCulture), IntPtr.Zero, 0);
        using var commands = new FileStream(new SafeFileHandle(Commands, ownsHandle: true), FileAccess.Read, 0);
        using var answers = new FileStream(new SafeFileHandle(Answers, ownsHandle: true), FileAccess.Write, 0);
        byte[] word = new byte[4], counts = new byte[CoverageMap.Size];
        answers.Write(word);
        while (commands.ReadAtLeast(word, word.Length, throwOnEndOfStream: false) == word.Length)
        {
            answers.Write(BitConverter.GetBytes(Environment.ProcessId));
            bool failed = loop.Failure(File.ReadAllBytes(file)) is not null;
            coverage.Counts.CopyTo(counts);
            Marshal.Copy(counts, 0, shared, counts.Length);
            answers.Write(BitConverter.GetBytes(failed ? Aborted : 0));
        }

        return true;
    }

    [LibraryImport("libc", EntryPoint = "shmat")]
    private static partial IntPtr Attach(int id, IntPtr address, int flags);
}
