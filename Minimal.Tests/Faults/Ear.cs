using System.IO.Pipelines;
using System.Text;
using Minimal.Http.Transports;

namespace Minimal.Tests.Faults;

/// <summary>Reads an end of a connection in memory at once, within the write that brings it, and remembers the pieces.</summary>
internal sealed class Ear
{
    private readonly List<string> _pieces = [];

    public Ear(Transport end) => _ = ListenAsync(end.Input);

    /// <summary>FIN or RST, once it has come.</summary>
    public string? End { get; private set; }

    /// <summary>The pieces since the last time.</summary>
    public string[] Take()
    {
        string[] pieces = [.. _pieces];
        _pieces.Clear();
        return pieces;
    }

    private async Task ListenAsync(PipeReader input)
    {
        try
        {
            while (End is null)
            {
                ReadResult read = await input.ReadAsync().ConfigureAwait(false);
                if (!read.Buffer.IsEmpty) _pieces.Add(Encoding.ASCII.GetString(read.Buffer));
                input.AdvanceTo(read.Buffer.End);
                if (read.IsCompleted) End = "FIN";
            }
        }
        catch (IOException)
        {
            End = "RST";
        }
    }
}
