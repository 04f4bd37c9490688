using Minimal.Http.Diagnostics;

namespace Minimal.WireTool.Inputs;

/// <summary>Captures in the classic format of libpcap.</summary>
internal static class PcapFile
{
    public static bool Recognizes(byte[] file) => false;

    public static IReadOnlyList<WireFileEvent> Read(byte[] file, string name) => [];
}
