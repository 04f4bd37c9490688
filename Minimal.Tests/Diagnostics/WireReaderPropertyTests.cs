using System.Text;
using Minimal.Http.Diagnostics;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Diagnostics;

/// <summary>Of any bytes the reader names each once, in order, and the same however they arrive.</summary>
public sealed class WireReaderPropertyTests
{
    private static readonly Dictionary<string, string> Before = new()
    {
        ["request"] = "", ["request small"] = "", ["target"] = "",
        ["response"] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n", ["response small"] = "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
        ["response HEAD"] = "HEAD / HTTP/1.1\r\nHost: a\r\n\r\n", ["response CONNECT"] = "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n",
        ["chunked"] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
        ["chunked small"] = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n",
    };

    [Fact]
    public void Any_connection_is_covered_and_does_not_depend_on_the_cut() =>
        PropertyCheck.Holds(WireScriptGen.Scripts(), script => script.Check(WireScript.All, new([3, 1, 7]), new([13])), tests: 400);

    [Fact]
    public void The_bounds_do_not_depend_on_the_cut() =>
        PropertyCheck.Holds(WireScriptGen.Scripts(), script => script.Check(WireScript.Small, new([5, 1, 11]), new([64])), tests: 400);

    [Fact]
    public void A_mask_hides_the_same_bytes_at_every_cut() =>
        PropertyCheck.Holds(WireScriptGen.Scripts(), script =>
        {
            WireReaderOptions masked = WireScript.All with { MaskedFields = ["Host", "Content-Type"] };
            Assert.Equal(script.Read(masked), script.Read(masked, bytes => Splits.ByteByByte(bytes)));
        });

    public static TheoryData<string, string> Vectors()
    {
        var rows = new TheoryData<string, string>();
        foreach (string file in VectorLibrary.Files)
        {
            foreach (Vector vector in VectorLibrary.Load(file).Vectors.Where(vector => Before.ContainsKey(vector.Kind))) rows.Add(file, vector.Title);
        }

        return rows;
    }

    /// <summary>The vectors and the inspector have one source: what a vector shows is what the inspector shows.</summary>
    [Theory]
    [MemberData(nameof(Vectors))]
    public void Vector_has_the_spans_of_the_inspector(string file, string title)
    {
        Vector vector = VectorLibrary.Load(file).Vectors.Single(candidate => candidate.Title == title);
        VectorDriver driver = VectorLibrary.Drivers[vector.Kind];
        var trace = new RecordingTrace();
        VectorOutcome outcome = driver.Parse([vector.Input], trace);
        byte[] input = outcome.Status == ParseStatus.Complete ? vector.Input[..(int)outcome.Consumed].ToArray() : vector.Input.ToArray();

        WireDirection direction = driver.FromServer ? WireDirection.FromServer : WireDirection.FromClient;
        byte[] before = Encoding.ASCII.GetBytes(Before[vector.Kind]);
        WireScript script = new([(WireDirection.FromClient, before), (direction, input)]);
        bool isSmall = vector.Kind.EndsWith("small", StringComparison.Ordinal);
        var options = new WireReaderOptions { Limits = isSmall ? HttpDrivers.Small : HttpLimits.Default, Contents = [] };
        script.Check(options);

        WireSpan[] spans = [.. script.Read(options).Where(span => span.Direction == direction && span.Offset >= (driver.FromServer ? 0 : before.Length))];
        var joined = new RecordingTrace();
        foreach (WireSpan span in spans) joined.Mark(span.Part, span.Offset - (driver.FromServer ? 0 : before.Length), span.Bytes.Span);

        Assert.Equal(trace.Marks, joined.Marks.Take(trace.Marks.Count));
        Assert.Equal(outcome.Broken, spans.Select(span => span.Broken).SingleOrDefault(broken => broken is not null));
        if (outcome.Status == ParseStatus.Complete) Assert.Equal(trace.Marks.Count, joined.Marks.Count);
    }
}
