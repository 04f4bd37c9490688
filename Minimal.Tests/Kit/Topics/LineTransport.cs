using System.Text;
using System.Text.Json;
using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>Endless responses in lines: NDJSON, of which each line is a record, and the iframe, of which each script is a call with a record.</summary>
internal sealed class LineTransport(string via, string version) : NoLossTransport
{
    private const string CallBegins = "<script>r(", CallEnds = ")</script>";

    public override string Name => version == "1.1" ? via : $"{via}-{version}";

    public override string Request(string target, Cursor after) => $"GET {target}?via={via}&after={after} HTTP/{version}\r\nHost: a\r\n\r\n";

    public override NoLossReader Read(NoLossClient client) => new Reader(client, isPage: via == "frame");

    private sealed class Reader(NoLossClient client, bool isPage) : HttpAnswerReader
    {
        private readonly List<byte> _line = [];

        protected override void OnContent(ReadOnlySpan<byte> content)
        {
            foreach (byte next in content)
            {
                if (next != (byte)'\n')
                {
                    _line.Add(next);
                    continue;
                }

                TakeLine(Encoding.UTF8.GetString([.. _line]));
                _line.Clear();
            }
        }

        private void TakeLine(string line)
        {
            if (!isPage) NoLossRecord.Tell(client, line);
            else if (line.StartsWith(CallBegins, StringComparison.Ordinal) && line.EndsWith(CallEnds, StringComparison.Ordinal)) TellCall(line[CallBegins.Length..^CallEnds.Length]);
        }

        // The argument is a string of JavaScript, with those escapes only that JSON has too.
        private void TellCall(string literal)
        {
            using JsonDocument document = JsonDocument.Parse(literal);
            NoLossRecord.Tell(client, document.RootElement.GetString()!);
        }
    }
}
