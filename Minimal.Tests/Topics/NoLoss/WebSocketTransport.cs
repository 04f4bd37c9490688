using System.Buffers.Binary;
using System.Text;
using Minimal.Http.Topics;
using Minimal.Testing;

namespace Minimal.Tests.Topics;

/// <summary>WebSocket: the records of NDJSON, each in a frame of its own. It takes frames apart in the plainest way (RFC 6455 §5.2).</summary>
internal sealed class WebSocketTransport : NoLossTransport
{
    private const int Text = 1, Close = 8;

    public override string Name => "ws";

    public override string Request(string target, Cursor after) =>
        $"GET {target}?after={after} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";

    public override NoLossReader Read(NoLossClient client) => new Reader(client);

    private sealed class Reader(NoLossClient client) : HttpAnswerReader
    {
        private readonly List<byte> _frame = [];

        protected override bool IsExpected(int status) => status is 101 or 503;

        protected override void OnContent(ReadOnlySpan<byte> content)
        {
            _frame.AddRange(content);
            if (!TryTake(out int opcode, out string payload)) return;
            _frame.Clear();
            if (opcode == Text) NoLossRecord.Tell(client, payload);
            if (opcode == Close) IsWhole = true;
        }

        private bool TryTake(out int opcode, out string payload)
        {
            ReadOnlySpan<byte> frame = _frame.ToArray();
            (opcode, payload) = (0, "");
            if (frame.Length < 2) return false;
            int head = frame[1] switch { 127 => 10, 126 => 4, _ => 2 };
            if (frame.Length < head) return false;
            long length = head switch { 10 => BinaryPrimitives.ReadInt64BigEndian(frame[2..]), 4 => BinaryPrimitives.ReadUInt16BigEndian(frame[2..]), _ => frame[1] };
            if (frame.Length < head + length) return false;
            opcode = frame[0] & 0xF;
            payload = Encoding.UTF8.GetString(frame[head..]);
            return true;
        }
    }
}
