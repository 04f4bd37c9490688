using System.Text.Json;
using Minimal.Http.Topics;
using Minimal.Testing;

namespace Minimal.Tests.Topics;

/// <summary>Long polls in the form for several topics: <c>?topic=a@cursor</c>, and a list of answers.</summary>
internal sealed class ListPollTransport : NoLossTransport
{
    public override string Name => "list";

    public override string Request(string target, Cursor after) => $"GET {target}?via=long&topic=a@{after} HTTP/1.1\r\nHost: a\r\n\r\n";

    public override NoLossReader Read(NoLossClient client) => new Reader(client);

    private sealed class Reader(NoLossClient client) : HttpAnswerReader
    {
        private readonly List<byte> _content = [];

        protected override void OnContent(ReadOnlySpan<byte> content) => _content.AddRange(content);

        protected override void OnWhole()
        {
            using JsonDocument document = JsonDocument.Parse(_content.ToArray());
            JsonElement answer = document.RootElement.GetProperty("topics")[0], gap = answer.GetProperty("gap");
            if (gap.ValueKind != JsonValueKind.Null) client.Gap(NoLossRecord.Cursor(gap.GetProperty("from").GetString()), NoLossRecord.Cursor(gap.GetProperty("to").GetString()));
            foreach (JsonElement message in answer.GetProperty("messages").EnumerateArray()) NoLossRecord.Tell(client, message.GetRawText());
            client.Place(NoLossRecord.Cursor(answer.GetProperty("after").GetString()));
            if (answer.GetProperty("end").GetBoolean()) client.End();
        }
    }
}
