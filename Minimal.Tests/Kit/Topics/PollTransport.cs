using System.Text.Json;
using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>Polls: <c>{"after","messages","gap","end"}</c>, which says nothing until it is whole.</summary>
internal sealed class PollTransport(string via) : NoLossTransport
{
    public override string Name => via;

    public override string Request(string target, Cursor after) => $"GET {target}?via={via}&after={after} HTTP/1.1\r\nHost: a\r\n\r\n";

    public override NoLossReader Read(NoLossClient client) => new Reader(client);

    private sealed class Reader(NoLossClient client) : HttpAnswerReader
    {
        private readonly List<byte> _content = [];

        protected override void OnContent(ReadOnlySpan<byte> content) => _content.AddRange(content);

        protected override void OnWhole()
        {
            if (Status != 200) return;
            using JsonDocument document = JsonDocument.Parse(_content.ToArray());
            JsonElement answer = document.RootElement;
            JsonElement gap = answer.GetProperty("gap");
            if (gap.ValueKind != JsonValueKind.Null) client.Gap(NoLossRecord.CursorOf(gap, "from"), NoLossRecord.CursorOf(gap, "to"));
            foreach (JsonElement message in answer.GetProperty("messages").EnumerateArray()) NoLossRecord.Tell(client, message);
            client.Place(NoLossRecord.CursorOf(answer, "after"));
            if (answer.GetProperty("end").GetBoolean()) client.End();
        }
    }
}
