using System.Reflection;
using System.Text.RegularExpressions;
using Minimal.Http.Wire;
using Minimal.Sse;
using Minimal.WebSocket.Wire;
using Xunit;
using Xunit.Abstractions;

namespace Minimal.Tests.Architecture;

/// <summary>The shape of the house, as the design draws it: what may know what.</summary>
public sealed class LayeringTests(ITestOutputHelper output)
{
    private const string AspNet = "Microsoft.AspNetCore";
    private const int LongFile = 300;

    private static readonly Assembly Http = typeof(ProtocolRule).Assembly;
    private static readonly Assembly WebSocket = typeof(Opcode).Assembly;
    private static readonly Assembly Sse = typeof(SseEvent).Assembly;

    [Fact]
    public void Only_transports_know_sockets() => Findings.AssertNone(Layers.LibraryFiles.SelectMany(Layers.SocketsIn));

    [Fact]
    public void Wire_has_no_input_and_output_no_clock_and_no_waiting() => Findings.AssertNone(Layers.WireFiles.SelectMany(Layers.InputAndOutputIn));

    [Fact]
    public void Wire_throws_only_at_its_caller_never_at_its_input() => Findings.AssertNone(Layers.WireFiles.SelectMany(Layers.ThrowsIn));

    [Fact]
    public void No_arrow_leaves_Wire()
    {
        // What a file cannot see it cannot name: a word of Minimal.Http is no type of Minimal.WebSocket.
        Findings.AssertNone(Layers.WireFiles.SelectMany(file => Layers.WayOutOf(file).Concat(Layers.TypesOutside(file, TypesOutsideOfWire(file)))));
    }

    [Fact]
    public void Http_knows_no_other_library_and_the_others_do_not_know_each_other()
    {
        Findings.AssertNone(References(Http, "Minimal."));
        Findings.AssertNone(References(WebSocket, "Minimal.").Except(["Minimal.Http"]));
        Findings.AssertNone(References(Sse, "Minimal.").Except(["Minimal.Http"]));
        Findings.AssertNone(SourceFile.In("Minimal.Http").SelectMany(file => file.Find(@"\bMinimal\.(WebSocket|Sse)\b")));
        Findings.AssertNone(SourceFile.In("Minimal.WebSocket").SelectMany(file => file.Find(@"\bMinimal\.Sse\b")));
        Findings.AssertNone(SourceFile.In("Minimal.Sse").SelectMany(file => file.Find(@"\bMinimal\.WebSocket\b")));
    }

    [Fact]
    public void No_project_of_the_solution_takes_the_framework_s_web_server()
    {
        MatchCollection projects = Regex.Matches(File.ReadAllText(Repository.PathOf("Minimal.sln")), @"""([^""]+\.csproj)""");
        string[] files = [.. projects.Select(match => match.Groups[1].Value.Replace('\\', '/')), "Directory.Build.props", "Directory.Packages.props"];
        Assert.Contains("Minimal.Http/Minimal.Http.csproj", files);
        Assert.DoesNotContain(files, file => Regex.IsMatch(File.ReadAllText(Repository.PathOf(file)), $@"{AspNet}|Microsoft\.NET\.Sdk\.Web"));
        Findings.AssertNone(new[] { Http, WebSocket, Sse }.SelectMany(library => References(library, AspNet)));
    }

    [Fact]
    public void The_root_has_only_the_folders_that_it_should()
    {
        string[] allowed = [.. Layers.Libraries, "Minimal.Tests", "samples", "docs", "artifacts", "TestResults"];
        string[] folders = [.. Directory.GetDirectories(Repository.Root).Select(path => Path.GetFileName(path)).Where(name => !name.StartsWith('.'))];
        Findings.AssertNone(folders.Except(allowed));
    }

    [Fact]
    public void Long_files_are_named_and_nothing_more()
    {
        foreach (SourceFile file in Layers.LibraryFiles.Concat(SourceFile.In("Minimal.Tests")).Where(file => file.Lines > LongFile))
        {
            output.WriteLine($"{file.Lines} lines in {file.Path}: is it one thing?");
        }
    }

    private static IEnumerable<string> References(Assembly library, string prefix) =>
        library.GetReferencedAssemblies().Select(reference => reference.Name!).Where(name => name.StartsWith(prefix, StringComparison.Ordinal));

    private static IEnumerable<string> TypesOutsideOfWire(SourceFile file) =>
        from library in new[] { Http, WebSocket, Sse }
        where library == Http || file.Path.StartsWith($"{library.GetName().Name}/", StringComparison.Ordinal)
        from type in library.GetTypes()
        let space = type.Namespace ?? ""
        where !type.IsNested && !type.Name.StartsWith('<')
        where space.StartsWith("Minimal.", StringComparison.Ordinal) && !space.Split('.').Contains("Wire")
        select type.Name.Split('`')[0];
}
