using Minimal.Echo;
using Minimal.FuzzYours;
using Minimal.FuzzYours.Planted;
using Minimal.Http;
using Minimal.Http.Transports;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Testing;

/// <summary>FuzzYours finds what is planted, each bug for itself, and nothing where nothing is.</summary>
public sealed class FuzzYoursTests
{
    private static readonly TimeSpan Most = TimeSpan.FromMinutes(4);

    public static TheoryData<string> Bugs => [.. Enum.GetNames<PlantedBug>()];

    [Fact]
    public async Task All_planted_bugs_are_found_and_nothing_else()
    {
        await using var server = new PlantedServer(PlantedBugs.All);
        IEnumerable<Finding> findings = await Task.Run(() => Targets.Planted(server.Url, NewHunt(attacks: 60)).ToList());
        Assert.Equal(Names(PlantedBugs.Rules.Values), Names(findings.Select(finding => finding.Rule)));
    }

    [Theory]
    [MemberData(nameof(Bugs))]
    public async Task A_bug_alone_is_found_as_what_it_is(string bug)
    {
        var planted = Enum.Parse<PlantedBug>(bug);
        await using var server = new PlantedServer(new HashSet<PlantedBug> { planted });
        IEnumerable<Finding> findings = await Task.Run(() => Targets.Planted(server.Url, NewHunt(attacks: 60), PlantedBugs.Rules[planted]).ToList());
        Assert.Equal([PlantedBugs.Rules[planted].Name], Names(findings.Select(finding => finding.Rule)));
    }

    [Fact]
    public async Task Without_bugs_nothing_is_found()
    {
        await using var server = new PlantedServer(new HashSet<PlantedBug>());
        Assert.Empty(await Task.Run(() => Targets.Planted(server.Url, NewHunt(attacks: 20)).ToList()));
    }

    [Fact]
    public async Task In_our_own_server_nothing_is_found()
    {
        await using var server = new HttpServer(EchoRoutes.Create(), [new SocketListener(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0))]);
        await server.StartAsync();
        var root = new Uri($"http://{server.EndPoints[0]}/");
        Assert.Empty(await Task.Run(() => Targets.Planted(root, NewHunt(attacks: 20)).Select(finding => $"{finding.Rule} {finding.Counterexample}").ToList()));
    }

    [Fact]
    public async Task What_is_found_is_small()
    {
        await using var server = new PlantedServer(new HashSet<PlantedBug> { PlantedBug.AcceptsSecondHost });
        Finding finding = Assert.Single(await Task.Run(() => Targets.Planted(server.Url, NewHunt(attacks: 60), HttpRules.HostRepeated).ToList()));
        var smallest = Assert.IsType<Mutant<HttpRequestModel>>(finding.Counterexample.Smallest[0]);
        Assert.Equal(("GET", "/"), (smallest.Origin.Method, smallest.Origin.Target));
        Assert.Single(smallest.Origin.Fields);
    }

    [Theory]
    [InlineData(2, "--topic")]
    [InlineData(2, "--attacks", "many")]
    [InlineData(2, "http://example.com/")]
    [InlineData(2, "ftp://127.0.0.1/")]
    [InlineData(0, "http://example.com/", "--elsewhere")]
    [InlineData(0, "ws://localhost:8080/ws", "--seconds", "5")]
    [InlineData(0)]
    public void Arguments(int exitCode, params string[] arguments) => Assert.Equal(exitCode == 0, CommandLine.Parse(arguments, out _) is not null);

    private static Hunt NewHunt(int attacks) => new(attacks, Most, seed: 1, TimeProvider.System);

    private static IEnumerable<string> Names(IEnumerable<ProtocolRule> rules) => rules.Select(rule => rule.Name).Order();
}
