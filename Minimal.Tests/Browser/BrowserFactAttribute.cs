using Xunit;

namespace Minimal.Tests.Browser;

/// <summary>A test that needs a browser. Where there is none it is skipped, and says so.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute()
    {
        if (Chromium.Program is null) Skip = "There is no Chromium on this machine: install it (Debian: apt install chromium), or name one in MINIMAL_CHROMIUM.";
    }
}
