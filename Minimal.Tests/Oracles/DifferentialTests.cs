using Minimal.Testing;
using Xunit;
using Xunit.Abstractions;

namespace Minimal.Tests.Oracles;

/// <summary>
/// The same bytes to ours and to others. Every difference is a row of <c>Conformance/differences.tsv</c>, with who is right; a difference
/// without a row fails the test, and so does a row that is not true any more.
/// </summary>
public sealed class DifferentialTests(ITestOutputHelper output)
{
    [Fact]
    [Requirement("H1-11.2-01")]
    public Task HttpListener_differs_only_as_the_table_says() => CompareServersAsync(() => Task.FromResult<RequestOracle>(new ListenerOracle()), isKnown: true);

    [ProgramFact("node", "nodejs")]
    [Requirement("H1-11.2-01")]
    public Task Node_differs_only_as_the_table_says() =>
        CompareServersAsync(async () => await NodeOracle.StartAsync(), ProgramOracle.VersionOf("node", "--version").StartsWith("v20.", StringComparison.Ordinal));

    [ProgramFact("nginx", "nginx-light")]
    [Requirement("H1-11.2-01")]
    public Task Nginx_differs_only_as_the_table_says() =>
        CompareServersAsync(async () => await NginxOracle.StartAsync(), ProgramOracle.VersionOf("nginx", "-v").Contains("nginx/1.22.", StringComparison.Ordinal));

    [Fact]
    public Task HttpClient_differs_only_as_the_table_says() => new DifferenceCheck(
        ResponseOracle.Name, async bytes => Comparison.Of(ResponseOracle.ReadOurs(bytes), await ResponseOracle.ReadTheirsAsync(bytes)), output).RunAsync(ResponseOracle.Inputs);

    [Fact]
    public Task SseParser_differs_only_as_the_table_says() =>
        new DifferenceCheck(SseOracle.Name, bytes => Task.FromResult(SseOracle.Compare(bytes)), output).RunAsync(SseOracle.Inputs);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task WebSocket_differs_only_as_the_table_says(bool isServer) => new DifferenceCheck(
        WebSocketOracle.NameOf(isServer),
        async bytes => WebSocketOracle.Compare(WebSocketOracle.ReadOurs(bytes, isServer), await WebSocketOracle.ReadTheirsAsync(bytes, isServer)),
        output).RunAsync(WebSocketOracle.Inputs(isServer));

    [Fact]
    public void Each_row_says_where_it_is_ruled_and_why()
    {
        Assert.All(DifferenceTable.Rows, row => Assert.Matches(@"^(RFC \d+ (§[\dA-Z.]+|Appendix .+)|HTML §[\d.]+)(, |; |$)", row.Section));
        Assert.All(DifferenceTable.Rows, row => Assert.True(row.Reason.Length > 20 && EscapedBytes.Parse(row.Bytes).Length > 0));
        Assert.DoesNotContain(DifferenceTable.Rows, row => row.Verdict is Verdict.Agree or Verdict.BothRefuse);
    }

    [Fact]
    public void Each_row_has_its_test() =>
        Assert.All(DifferenceTable.Rows, row => Assert.NotNull(GetType().GetMethod(DifferenceTable.TestOf(row.Oracle).Split('.')[1])));

    private async Task CompareServersAsync(Func<Task<RequestOracle>> start, bool isKnown)
    {
        await using RequestOracle theirs = await start();
        await using MinimalServer ours = await MinimalServer.StartAsync();
        var check = new DifferenceCheck(theirs.Name, async bytes => Comparison.Of(await ours.ReadingAsync(bytes), await theirs.ReadAsync(bytes)), output);
        await check.RunAsync(RequestInputs.Compared, isKnown);
    }
}
