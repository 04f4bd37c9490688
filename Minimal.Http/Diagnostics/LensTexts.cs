using System.Linq;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>All that the lens says: one catalogue in its languages.</summary>
internal static class LensTexts
{
    public static readonly LensText StrictTitle = new("strict", "严格");

    public static readonly LensText StrictSentence = new(
        "what departs from the grammar is refused, so that nobody can read it otherwise", "凡不合语法的一律拒绝，不给别人留下另一种读法");

    public static readonly LensText WhereTheyPart = new("Where the others part from the first, and why:", "其余读法从何处起与第一种不同，原因何在：");

    public static readonly LensText Agreed = new(
        "All readings cut these bytes alike: nothing can be smuggled in them", "所有读法切分一致：这些字节里藏不了请求");

    public static readonly LensText Refused = new(
        "The strict reading refuses these bytes, and no two of the others would take the same bytes once for content and once for a request",
        "严格读法拒绝这些字节；其余读法中，没有哪两种会把同一段字节分别当作内容和请求");

    private static readonly Dictionary<LensLeniency, (LensText Title, LensText Sentence)> Leniencies = new()
    {
        [LensLeniency.BareLineFeed] = (
            new("bare LF", "单独的 LF"),
            new("LF alone ends a line, so a line begins here that others do not see", "单独的 LF 也算行尾，于是从这里多出别人看不见的一行")),
        [LensLeniency.BareCarriageReturn] = (
            new("bare CR", "单独的 CR"),
            new("CR alone ends a line, so a line begins here that others do not see", "单独的 CR 也算行尾，于是从这里多出别人看不见的一行")),
        [LensLeniency.FoldJoined] = (
            new("folds joined", "折行并入上一字段"),
            new("a line that begins with white space goes on with the field before it", "以空白开头的行是上一字段的继续")),
        [LensLeniency.FoldAsField] = (
            new("folds are fields", "折行自成字段"),
            new("a line that begins with white space is a field of its own", "以空白开头的行是独立的字段")),
        [LensLeniency.SpaceBeforeColon] = (
            new("space before colon", "冒号前的空白"),
            new("white space in front of the colon is overlooked, and the field counts", "忽略冒号前的空白，字段照样有效")),
        [LensLeniency.OddFieldIgnored] = (
            new("odd fields dropped", "丢弃不合规字段"),
            new("a line that is no proper field is passed over, and the field does not count", "跳过不合规的字段行，该字段不算数")),
        [LensLeniency.FirstLength] = (
            new("first Content-Length", "取第一个 Content-Length"),
            new("of several Content-Lengths the first counts", "多个 Content-Length 取第一个")),
        [LensLeniency.LastLength] = (
            new("last Content-Length", "取最后一个 Content-Length"),
            new("of several Content-Lengths the last counts", "多个 Content-Length 取最后一个")),
        [LensLeniency.LengthAsInC] = (
            new("Content-Length as in C", "按 C 语言读 Content-Length"),
            new("Content-Length is read like strtol: a plus in front, and what follows the digits, are overlooked", "像 strtol 那样读 Content-Length：忽略前面的加号和数字后面的内容")),
        [LensLeniency.CodingOverLength] = (
            new("Transfer-Encoding wins", "Transfer-Encoding 优先"),
            new("Transfer-Encoding frames the body, and Content-Length is overlooked", "由 Transfer-Encoding 决定正文边界，忽略 Content-Length")),
        [LensLeniency.LengthOverCoding] = (
            new("Content-Length wins", "Content-Length 优先"),
            new("Transfer-Encoding is overlooked, and only Content-Length can frame the body", "忽略 Transfer-Encoding，只看 Content-Length")),
        [LensLeniency.ObfuscatedCoding] = (
            new("almost chunked", "近似 chunked"),
            new("a Transfer-Encoding with chunked anywhere in it is taken for chunked", "Transfer-Encoding 里只要出现 chunked 就当作 chunked")),
        [LensLeniency.UnknownCodingIgnored] = (
            new("unknown coding dropped", "忽略不认识的编码"),
            new("a Transfer-Encoding that is not plainly chunked is overlooked", "Transfer-Encoding 若不恰好是 chunked 就忽略")),
        [LensLeniency.ChunkSizeAsInC] = (
            new("chunk size as in C", "按 C 语言读块长度"),
            new("a chunk size is read like strtol: white space, a plus or 0x in front, and what follows the digits, are overlooked", "像 strtol 那样读块长度：忽略前面的空白、加号、0x 和数字后面的内容")),
        [LensLeniency.ChunkSizeWraps] = (
            new("chunk size wraps", "块长度溢出回绕"),
            new("a chunk size beyond 32 bits wraps around to a smaller one", "超过 32 位的块长度回绕成较小的数")),
        [LensLeniency.ChunkLineFeed] = (
            new("bare LF ends a chunk line", "块长度行以 LF 结束"),
            new("LF alone ends the line of a chunk size, and data begins behind it", "单独的 LF 结束块长度行，其后就是数据")),
        [LensLeniency.LineFeedInExtension] = (
            new("LF inside an extension", "LF 属于块扩展"),
            new("LF alone is part of the chunk extension, which goes on to the next CRLF", "单独的 LF 是块扩展的一部分，扩展一直到下一个 CRLF")),
        [LensLeniency.ChunkEndUnchecked] = (
            new("chunk end unchecked", "不检查块结尾"),
            new("the two bytes behind the data of a chunk are passed over, whatever they are", "块数据后面的两个字节不论是什么都跳过")),
    };

    public static LensText TitleOf(LensLeniency leniency) => Leniencies[leniency].Title;

    public static LensText SentenceOf(LensLeniency leniency) => Leniencies[leniency].Sentence;

    public static LensText RefusedBy(ProtocolRule rule) => new($"refused: {rule}", $"拒绝：{rule.Name}（{rule.Section}）");

    public static LensText RefusedAt(long offset, ProtocolRule rule) =>
        new($"refused at byte {offset}: {rule}", $"在第 {offset} 字节处拒绝：{rule.Name}（{rule.Section}）");

    public static LensText Content(long bytes) => bytes switch
    {
        0 => new("no content", "无内容"),
        1 => new("1 byte of content", "内容 1 字节"),
        _ => new($"{bytes} bytes of content", $"内容 {bytes} 字节"),
    };

    public static LensText ContentSoFar(long bytes) => new($"{Content(bytes)} so far, and it waits for more", $"目前{Content(bytes).Chinese}，还在等待后续");

    public static LensText HeadUnfinished(long offset, string bytes) =>
        new($"from byte {offset} on the beginning of a request: {bytes}", $"从第 {offset} 字节起是下一个请求的开头：{bytes}");

    public static LensText Closed(long offset, long left) => left == 0
        ? new("the connection closes", "连接关闭")
        : new($"the connection closes at byte {offset}; {left} bytes behind it are not read", $"连接在第 {offset} 字节处关闭，其后 {left} 字节不再读取");

    public static LensText TooMany(long offset) => new($"and more from byte {offset} on", $"从第 {offset} 字节起还有更多");

    /// <summary>Who cuts as the reading above does; only a few are named.</summary>
    public static LensText Alike(IReadOnlyList<LensReading> others) => others.Count > 4
        ? new($"({others.Count} other readings do the same)", $"（另有 {others.Count} 种读法与此相同）")
        : new(
            $"(the same: {string.Join(", ", others.Select(reading => reading.Title.English))})",
            $"（与此相同：{string.Join('、', others.Select(reading => reading.Title.Chinese))}）");

    public static readonly LensText NoBytes = new("there are no bytes", "没有字节");

    public static LensText PartsAt(LensParting parting) => new(
        $"byte {parting.Offset}, {parting.Second.Title.English}: {parting.Why.English}",
        $"第 {parting.Offset} 字节，{parting.Second.Title.Chinese}：{parting.Why.Chinese}");

    /// <summary>A request of a row.</summary>
    public static LensText Request(int number, string line, LensRequest request, LensText content) => new(
        $"{number}. {line}  bytes {request.Start} to {request.End}, {content.English}",
        $"{number}. {line}  第 {request.Start} 至 {request.End} 字节，{content.Chinese}");

    public static LensText Parting(long offset, LensText first, LensText why, LensText second, LensText otherwise) => new(
        $"byte {offset}: {first.English}: {why.English}; {second.English}: {otherwise.English}",
        $"第 {offset} 字节：{first.Chinese}：{why.Chinese}；{second.Chinese}：{otherwise.Chinese}");

    public static LensText GoesOn { get; } = new("reads on", "继续读下去");

    public static LensText Smuggled(LensText front, LensText back, LensRequest outer, long from, string begins) => new(
        $"A request can be smuggled: from byte {from} on ({begins}), '{front.English}' sees content of {outer.Method} {outer.Target}, and '{back.English}' the next request. "
            + "A proxy that reads in the one way lets through what a server behind it, reading in the other, serves as a request of its own",
        $"可以走私请求：从第 {from} 字节起（{begins}），“{front.Chinese}”看到的是 {outer.Method} {outer.Target} 的内容，“{back.Chinese}”看到的却是下一个请求。"
            + "代理按前一种读法放行的内容，后面的服务器按后一种读法会当作另一个请求来处理");
}
