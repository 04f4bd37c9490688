using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Properties;

/// <summary>Paths, decoded: what programs use to find a resource, and attackers to leave it (RFC 3986 §2.1, §5.2.4).</summary>
public sealed class TargetPropertyTests
{
    // Paths full of dots, escaped and doubly escaped dots and slashes, and bytes that are no UTF-8.
    private static readonly Arbitrary<string> Paths = Arb.From(
        Gen.Choose(1, 8).SelectMany(count => Gen.ArrayOf(
            Gen.Frequency(
                (3, Gen.Elements("/", "/.", "/..", "/a", "/b.", "/..a", "//")),
                (3, Gen.Elements("/%2e", "/%2E%2e", "/.%2e", "/%2e.", "/%2F..", "/..%2f", "/%252e%252e", "/%5c..")),
                (1, Gen.Elements("/%C3%A9", "/%c0%ae%c0%ae", "/%ff", "/%00", "%2e", "%41"))),
            count)).Select(pieces => "/" + string.Concat(pieces)),
        path => Enumerable.Range(1, path.Length - 1).Select(at => path[..at]).Where(HasWholeEscapes));

    private static readonly Dictionary<string, Func<string, string>> Faults = new()
    {
        ["decodes twice"] = path => Ours(Ours(path)),
        ["removes dots before decoding"] = path => Uri.UnescapeDataString(new Uri("http://a" + path).AbsolutePath),
        ["does not remove dots"] = path => Uri.UnescapeDataString(path),
        ["leads above the root"] = path => Reference(path, stopsAtRoot: false),
        ["takes an escaped slash for a separator"] = path => Ours(path.Replace("%2f", "/", StringComparison.OrdinalIgnoreCase)),
    };

    public static TheoryData<string> FaultNames => [.. Faults.Keys];

    [Fact]
    [Requirement("H1-POL-03", "H1-3.2.1-01")]
    public void Path_is_decoded_once_and_stays_below_the_root() => PropertyCheck.Holds(Paths, path => DecodesWell(Ours, path), tests: 5000);

    [Theory]
    [MemberData(nameof(FaultNames))]
    public void A_decoder_with_a_fault_is_found(string fault) => PropertyCheck.MustFail(Paths, path => DecodesWell(Faults[fault], path));

    [Fact]
    public void Without_escapes_decoding_again_changes_nothing() => PropertyCheck.Holds(Paths, path =>
    {
        string decoded = Ours(path);
        bool isPlain = decoded.All(char.IsAscii) && !decoded.Contains('%', StringComparison.Ordinal);
        if (isPlain) Assert.Equal(decoded, Ours(decoded));
    });

    [Property(Tests = 2000)]
    public void Any_bytes_can_be_decoded(HttpBytes bytes)
    {
        Assert.StartsWith("/", RequestTarget.Decode([(byte)'/', .. bytes.Value]), StringComparison.Ordinal);
        Assert.InRange(PercentEncoding.Decode(bytes.Value).Length, 0, bytes.Value.Length);
    }

    [Property(Tests = 2000)]
    [Requirement("H1-3.3-01")]
    public void A_target_is_its_parts(HttpRequestModel request)
    {
        byte[] target = Encoding.ASCII.GetBytes(request.Target), method = Encoding.ASCII.GetBytes(request.Method);
        Assert.Null(RequestTarget.Parse(target, method, out RequestTarget parsed));
        string Part(Range range) => request.Target[range];
        string query = parsed.Query is { } range ? "?" + Part(range) : "";
        string whole = parsed.Form switch
        {
            TargetForm.Asterisk => "*",
            TargetForm.Authority => Part(parsed.Authority),
            TargetForm.Absolute => $"{request.Target[..parsed.Authority.Start.Value]}{Part(parsed.Authority)}{Part(parsed.Path)}{query}",
            _ => Part(parsed.Path) + query,
        };
        Assert.Equal(request.Target, whole);
    }

    private static void DecodesWell(Func<string, string> decode, string path)
    {
        string decoded = decode(path);
        Assert.StartsWith("/", decoded, StringComparison.Ordinal);
        Assert.DoesNotContain(decoded.Split('/'), segment => segment is "." or "..");
        Assert.Equal(Reference(path, stopsAtRoot: true), decoded);
    }

    private static string Ours(string path) => RequestTarget.Decode(Encoding.Latin1.GetBytes(path));

    // The slow twin: segments are decoded one by one, then collected on a stack.
    private static string Reference(string path, bool stopsAtRoot)
    {
        List<string> kept = [];
        string[] segments = [.. path[1..].Split('/').Select(DecodeSegment)];
        foreach (string segment in segments)
        {
            if (segment == "..")
            {
                if (kept.Count > 0) kept.RemoveAt(kept.Count - 1);
                else if (!stopsAtRoot) kept.Add(segment);
            }
            else if (segment != ".")
            {
                kept.Add(segment);
            }
        }

        if (segments[^1] is "." or "..") kept.Add("");
        string bytes = "/" + string.Join('/', kept);
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(bytes));
    }

    private static string DecodeSegment(string segment) => Regex.Replace(segment, "%(?!2[fF])([0-9a-fA-F]{2})", escape =>
        ((char)byte.Parse(escape.Groups[1].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)).ToString());

    private static bool HasWholeEscapes(string path) => HttpChars.HasValidEscapes(Encoding.ASCII.GetBytes(path));
}
