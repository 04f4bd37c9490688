using System.Text;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Oracles;
using Xunit;

namespace Minimal.Tests.Diagnostics;

/// <summary>The lens: what it shows of strict reading is what the server does, and what it shows of lenient reading is how requests are smuggled.</summary>
public sealed class LensTests : IAsyncLifetime
{
    private MinimalServer _server = null!;

    public static TheoryData<string> Samples => [.. LensSamples.All.Select(sample => sample.Name)];

    public async Task InitializeAsync() => _server = await MinimalServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [Requirement("H1-11.2-01")]
    [MemberData(nameof(Samples))]
    public void A_sample_is_cut_in_two_ways(string name)
    {
        var sample = LensSamples.All.Single(sample => sample.Name == name);
        LensTable table = Explain(sample.Bytes);
        Assert.Equal((sample.Sees, sample.Serves), (Cut(RowOf(table, sample.Front)), Cut(RowOf(table, sample.Back))));

        // The strict reading is right to refuse, or to wait: it is none of those that are fooled.
        Assert.False(table.IsUnambiguous);
        Assert.Contains(table.Partings, parting => parting.Second.Name == sample.Front);
        LensParting parting = LensTable.Part(RowOf(table, sample.Front), RowOf(table, sample.Back))!;
        Assert.InRange(parting.Offset, 0, sample.Bytes.Length - 1);
    }

    [Theory]
    [InlineData("CL.TE", "length-over-coding", "coding-over-length")]
    [InlineData("space before the colon", "space-before-colon", "odd-field-ignored")]
    [InlineData("CL.CL", "last-length", "first-length")]
    [InlineData("LF in a chunk extension", "chunk-line-lf", "lf-in-extension")]
    public void The_request_that_is_smuggled_is_found(string name, string front, string back)
    {
        LensTable table = Explain(LensSamples.All.Single(sample => sample.Name == name).Bytes);
        int at = LensSamples.All.Single(sample => sample.Name == name).Bytes.IndexOf("GET /admin", StringComparison.Ordinal);
        Assert.Equal((front, back, at), (table.Smuggling!.First.Name, table.Smuggling.Second.Name, table.Smuggling.Offset));
        Assert.Contains("GET /admin", $"{table.Verdict}");
    }

    [Property(Tests = 500)]
    public void All_readings_agree_on_what_is_valid(HttpRequestModel first, HttpRequestModel second)
    {
        byte[] bytes = [.. first.ToBytes(), .. second.ToBytes()];
        LensTable table = Lens.Explain(bytes);
        Assert.True(table.IsUnambiguous, $"{table}");
        Assert.Null(table.Smuggling);
        Assert.Equal((first.Method, (long)first.Body.Content.Length, true), (table.Rows[0].Requests[0].Method, table.Rows[0].Requests[0].Content, table.Rows[0].Requests[0].IsComplete));
    }

    [Property(Tests = 500)]
    public void Any_bytes_are_explained(HttpBytes bytes, Mutant<HttpRequestModel> mutant)
    {
        CheckTable(Lens.Explain(bytes.Value));
        CheckTable(Lens.Explain(mutant.ToBytes()));
        CheckTable(Lens.Explain(Encoding.Latin1.GetBytes("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n").Concat(bytes.Value).ToArray()));
    }

    [Property(Tests = 300)]
    public async Task Strict_is_what_the_server_does(Mutant<HttpRequestModel> mutant, HttpRequestModel next) => await IsWhatTheServerDoesAsync([.. mutant.ToBytes(), .. next.ToBytes()]);

    [Property(Tests = 300)]
    public async Task Strict_is_what_the_server_does_with_any_bytes(HttpBytes bytes) => await IsWhatTheServerDoesAsync(bytes.Value);

    [Theory]
    [MemberData(nameof(Samples))]
    public async Task Strict_is_what_the_server_does_with_the_samples(string name) =>
        await IsWhatTheServerDoesAsync(Encoding.Latin1.GetBytes(LensSamples.All.Single(sample => sample.Name == name).Bytes));

    [Fact]
    public void Each_reading_has_a_sample_that_only_it_and_few_others_accept()
    {
        string[] shown = [.. LensSamples.All.SelectMany(sample => (string[])[sample.Front, sample.Back]).Distinct()];
        Assert.Equal(LensReading.All.Select(reading => reading.Name).Order(), shown.Order());
    }

    [Fact]
    public void All_texts_are_there_in_both_languages()
    {
        Assert.Equal(LensReading.All.Count, LensReading.All.Select(reading => reading.Name).Distinct().Count());
        LensText[] texts = [.. LensReading.All.SelectMany(reading => (LensText[])[reading.Title, reading.Sentence])];
        Assert.All(texts, text => Assert.True(text.English.Length > 0 && text.Chinese.Any(c => c > 0x2E7F) && !text.English.EndsWith('.') && !text.Chinese.EndsWith('。')));
        Assert.All(Enum.GetValues<LensLeniency>().Where(leniency => leniency != LensLeniency.None), leniency => Assert.Single(LensReading.All, reading => reading.Leniencies == leniency));
    }

    [Fact]
    public void What_is_large_is_bounded()
    {
        LensTable many = Explain(string.Concat(Enumerable.Repeat("GET / HTTP/1.1\r\nHost: a\r\n\r\n", 1000)));
        Assert.All(many.Rows, row => Assert.Equal((LensEnd.TooMany, Lens.MaxRequests), (row.End, row.Requests.Count)));

        LensTable large = Lens.Explain(new byte[1_000_000]);
        Assert.Equal(Lens.MaxBytes, large.Bytes.Length);
        LensTable feeds = Lens.Explain(Encoding.ASCII.GetBytes($"GET /{new string('a', 5000)} HTTP/1.1\r\nHost: a\r\n{string.Concat(Enumerable.Repeat(" a\n", 30_000))}"));
        Assert.All(feeds.Rows.SelectMany(row => row.Requests), request => Assert.InRange(request.Target.Length, 0, Lens.MaxText));
    }

    [Fact]
    public void Nothing_is_cut_out_of_no_bytes() => Assert.Equal((LensEnd.AllRead, 0), (Explain("").Rows[0].End, Explain("").Rows[0].Requests.Count));

    [Fact]
    public void A_connection_that_closes_ends_every_reading()
    {
        LensTable table = Explain("GET / HTTP/1.1\r\nHost: a\r\nConnection: x, Close\r\n\r\nGET /behind HTTP/1.1\r\nHost: a\r\n\r\n");
        Assert.True(table.IsUnambiguous);
        Assert.Equal((LensEnd.Closed, "GET / 0"), (table.Rows[0].End, Cut(table.Rows[0])));
    }

    [Fact]
    public void The_documentation_shows_what_the_lens_says()
    {
        LensTable table = Explain(LensSamples.All[0].Bytes);
        string document = File.ReadAllText(Repository.PathOf("docs", "testing.md")).ReplaceLineEndings("\n");
        Assert.Contains($"```text\n{table}```", document);
    }

    private static LensTable Explain(string bytes) => Lens.Explain(Encoding.Latin1.GetBytes(bytes));

    private static LensRow RowOf(LensTable table, string name) => table.Rows.Single(row => row.Reading.Name == name);

    private static string Cut(LensRow row)
    {
        IEnumerable<string> requests = row.Requests.Select(request => $"{request.Method} {request.Target} {request.Content}{(request.IsComplete ? "" : "…")}");
        return string.Join(", ", row.Broken is { } broken ? requests.Append($"refused {broken.Name}") : requests);
    }

    private static void CheckTable(LensTable table)
    {
        Assert.Equal(LensReading.All.Count, table.Rows.Count);
        foreach (LensRow row in table.Rows)
        {
            long at = 0;
            foreach (LensRequest request in row.Requests)
            {
                Assert.True(at <= request.Start && request.Start < request.BodyStart && request.BodyStart <= request.End && request.End <= table.Bytes.Length, $"{table}");
                Assert.True(request.Content <= request.End - request.BodyStart, $"{table}");
                at = request.End;
            }

            Assert.InRange(row.EndOffset, at, table.Bytes.Length);
            Assert.Equal(row.End == LensEnd.Refused, row.Broken is not null);
            Assert.Equal(row.CutsAs(table.Rows[0]), LensTable.Part(table.Rows[0], row) is null);
        }

        // Readings that did nothing that others would not have done have come to the same.
        Assert.All(table.Partings, parting => Assert.InRange(parting.Offset, 0, table.Bytes.Length));
        using var text = new StringWriter();
        table.Write(text, LensLanguage.Chinese);
        Assert.EndsWith("。\n", $"{text}".ReplaceLineEndings("\n"), StringComparison.Ordinal);
        Assert.EndsWith(".\n", $"{table}", StringComparison.Ordinal);
    }

    private async Task IsWhatTheServerDoesAsync(byte[] bytes)
    {
        // An expectation that nobody knows is refused, but not for how it is written.
        if (Encoding.Latin1.GetString(bytes).Contains("Expect", StringComparison.OrdinalIgnoreCase)) return;
        (IReadOnlyList<SeenRequest> seen, IReadOnlyList<int> statuses) = await _server.ReadAsync(bytes);
        LensRow strict = Lens.Explain(bytes, [LensReading.Strict]).Rows[0];
        Assert.Equal(strict.Requests.Where(request => request.IsComplete).Select(request => (request.Method, request.Target)), seen.Select(request => (request.Method, request.Target)));
        Assert.Equal(strict.Requests.Where(request => request.IsComplete).Select(request => request.Content), seen.Select(request => (long)EscapedBytes.Parse(request.Content).Length));
        if (strict.Broken is { } broken) Assert.Equal(broken.Code, statuses[^1]);
    }
}
