using Minimal.Http.Wire;
using Xunit;

namespace Minimal.Tests.Http;

/// <summary>RFC 9112 §11.2: requests inside of bodies, for servers that disagree with their proxies about where a body ends.</summary>
public sealed class Rfc9112_11_Smuggling
{
    private const string Smuggled = "GET /smuggled HTTP/1.1\r\nHost: a\r\n\r\n";

    private static readonly string[] Codings =
    [
        "",
        "Transfer-Encoding: chunked\r\n",
        "TRANSFER-ENCODING: CHUNKED\r\n",
        "Transfer-Encoding:  chunked\r\n",
        "Transfer-Encoding: chunked \r\n",
        "Transfer-Encoding:\tchunked\r\n",
        "Transfer-Encoding: xchunked\r\n",
        "Transfer-Encoding: \"chunked\"\r\n",
        "Transfer-Encoding: chunked\0\r\n",
        "Transfer-Encoding: \x0B" + "chunked\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding:\r\n chunked\r\n",
        "Transfer-Encoding : chunked\r\n",
        "Transfer_Encoding: chunked\r\n",
        "X: a\nTransfer-Encoding: chunked\r\n",
        "X: a\rTransfer-Encoding: chunked\r\n",
    ];

    private static readonly string[] Lengths =
    [
        "",
        "Content-Length: 0\r\n",
        "Content-Length: 6\r\n",
        "Content-Length: 30\r\n",
        "Content-Length : 6\r\n",
    ];

    public static TheoryData<string, string> Cells()
    {
        var cells = new TheoryData<string, string>();
        foreach (string coding in Codings)
        {
            foreach (string length in Lengths)
            {
                cells.Add(coding, length);
                cells.Add(length, coding);
            }
        }

        return cells;
    }

    /// <summary>
    /// There is one interpretation: the request is refused, and nothing behind it is read; or exactly one field frames it, in a way that
    /// everybody understands, and what comes behind the body comes behind it for everybody.
    /// </summary>
    [Theory]
    [Requirement("H1-11.2-01", "H1-6.1-07", "H1-6.1-08")]
    [MemberData(nameof(Cells))]
    public void A_request_with_doubtful_framing_is_refused(string first, string second)
    {
        string fields = first + second;
        RequestReader request = RequestReader.ReadAll($"POST /e HTTP/1.1\r\nHost: a\r\n{fields}\r\n0\r\n\r\n{Smuggled}")[0];
        if (request.Status == ParseStatus.Invalid) return;

        BodyFraming framing = request.Body!.Framing;
        bool isCoded = fields.Contains("chunked", StringComparison.OrdinalIgnoreCase) && !fields.Contains('_', StringComparison.Ordinal);
        bool isMeasured = fields.Contains("Content-Length", StringComparison.Ordinal);
        bool isEmpty = fields.Contains(": 0", StringComparison.Ordinal);
        BodyKind meant = (isCoded, isMeasured) switch
        {
            (true, false) => BodyKind.Chunked,
            (false, true) when !isEmpty => BodyKind.Length,
            _ => BodyKind.None,
        };
        Assert.Equal(meant, framing.Kind);
        Assert.False(isCoded && isMeasured, $"framed as {framing}");
    }

    [Fact]
    [Requirement("H1-11.2-01")]
    public void Behind_a_refused_request_nothing_is_read()
    {
        const string Doubtful = "POST /e HTTP/1.1\r\nHost: a\r\nContent-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n";
        Assert.Single(RequestReader.ReadAll(Doubtful + Smuggled));
    }
}
