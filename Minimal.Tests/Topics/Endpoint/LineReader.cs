using System.Text;

namespace Minimal.Tests.Topics;

/// <summary>Takes lines out of bytes, however they come.</summary>
internal sealed class LineReader
{
    private readonly List<byte> _line = [];

    public string[] Take(ReadOnlySpan<byte> bytes)
    {
        List<string> lines = [];
        foreach (byte next in bytes)
        {
            if (next != (byte)'\n')
            {
                _line.Add(next);
                continue;
            }

            lines.Add(Encoding.UTF8.GetString([.. _line]));
            _line.Clear();
        }

        return [.. lines];
    }
}
