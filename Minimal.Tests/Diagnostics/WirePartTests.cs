using System.Globalization;
using System.Text.RegularExpressions;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.Sse;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Diagnostics;

/// <summary>The catalogue of what bytes are: each entry complete, in both languages, and seen somewhere.</summary>
public sealed class WirePartTests
{
    private static readonly WireScript[] Rare =
    [
        WireScript.Of(">\\r\\nGET / HTTP/1.1\\r\\nHost: a \\r\\n\\r\\n", "<HTTP/1.1 200 OK\\r\\nX: a\\r\\n b\\r\\nContent-Length: 9\\r\\n\\r\\nxy"),
        WireScript.Of(">CONNECT a:1 HTTP/1.1\\r\\nHost: a:1\\r\\n\\r\\n", "<HTTP/1.1 200 OK\\r\\n\\r\\n", ">tunnel"),
        WireScript.Of(">GET / HTTP/1.1\\r\\nHost: a\\r\\n", "<HTTP/1.1 200 OK\\r\\nContent-Type: text/event-stream\\r\\n\\r\\n\\xEF\\xBB\\xBF:c\\ndata: x\\n\\nid"),
        WireScript.Of(
            ">GET / HTTP/1.1\\r\\nHost: a\\r\\n\\r\\n",
            "<HTTP/1.1 200 OK\\r\\nContent-Type: application/x-ndjson\\r\\n\\r\\n   \\n{\"type\":\"open\"}\\n{\"id\":\"1\"}\\n{\"type\":\"gap\"}\\n{\"type\":\"end\"}\\n{\"type\":\"error\"}\\n[]\\n"),
        WireScript.Of(
            ">GET / HTTP/1.1\\r\\nHost: a\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n\\r\\n",
            "<HTTP/1.1 101 Switching Protocols\\r\\nUpgrade: websocket\\r\\nSec-WebSocket-Extensions: permessage-deflate\\r\\n\\r\\n",
            "<\\xC1\\x07\\xF2\\x48\\xCD\\xC9\\xC9\\x07\\x00\\x82\\x7E\\x01\\x00\\{256 x}\\x82\\x7F\\0\\0\\0\\0\\0\\x01\\0\\0\\{65536 x}\\x88\\x05\\x03\\xE8bye\\x81"),
    ];

    public static TheoryData<string> Catalogues() => [nameof(WireParts), nameof(SseParts), nameof(WebSocketParts), nameof(TopicParts)];

    [Theory]
    [MemberData(nameof(Catalogues))]
    public void Every_part_has_a_name_a_section_and_a_sentence_in_both_languages(string catalogue)
    {
        foreach (WirePart part in PartsOf(catalogue))
        {
            Assert.NotEmpty(part.Name);
            Assert.NotEmpty(part.Section);
            Assert.Matches(@"[^.]$", part.Sentence);
            Assert.True(Regex.IsMatch(part.SentenceZh, @"\p{IsCJKUnifiedIdeographs}") && !part.SentenceZh.EndsWith('。'), $"{part.Name}: {part.SentenceZh}");
            Assert.Equal(part.SentenceZh, part.In(CultureInfo.GetCultureInfo("zh-CN")));
            Assert.Equal(part.Sentence, part.In(CultureInfo.GetCultureInfo("de")));
        }
    }

    [Theory]
    [MemberData(nameof(Catalogues))]
    public void Every_part_is_seen_in_an_example(string catalogue)
    {
        HashSet<WirePart> seen = [.. InspectorDocument.Scripts().Concat(Rare).SelectMany(script => script.Read()).SelectMany(span => span.Bits.Select(bits => bits.Part).Append(span.Part))];
        IReadOnlyList<WirePart> parts = catalogue == nameof(WebSocketParts) ? WebSocketParts.All : PartsOf(catalogue);
        Assert.Empty(parts.Where(part => !seen.Contains(part)).Select(part => part.Name));
    }

    [Fact]
    public void Examples_are_covered_at_every_cut()
    {
        foreach (WireScript script in InspectorDocument.Scripts().Concat(Rare)) script.Check(WireScript.All, new Segmentation([3, 1]));
    }

    private static IReadOnlyList<WirePart> PartsOf(string catalogue) => catalogue switch
    {
        nameof(WireParts) => WireParts.All,
        nameof(SseParts) => SseParts.All,
        nameof(TopicParts) => TopicParts.All,
        _ => [.. WebSocketParts.All, .. Enumerable.Range(0, 256).SelectMany(value => new[] { WebSocketParts.FirstByte((byte)value), WebSocketParts.SecondByte((byte)value) })],
    };
}
