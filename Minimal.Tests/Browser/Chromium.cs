namespace Minimal.Tests.Browser;

/// <summary>Where Chromium is on this machine.</summary>
internal static class Chromium
{
    /// <summary>Its program: <c>MINIMAL_CHROMIUM</c> if that is set, else what Debian installs, else the first of its names in PATH; null when there is none.</summary>
    public static string? Program { get; } = Candidates().FirstOrDefault(File.Exists);

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("MINIMAL_CHROMIUM") is { } chosen) return [chosen];
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return
        [
            "/usr/bin/chromium",
            .. from name in (string[])["chromium", "chromium-browser", "google-chrome"]
               from folder in folders
               select Path.Combine(folder, name),
        ];
    }
}
