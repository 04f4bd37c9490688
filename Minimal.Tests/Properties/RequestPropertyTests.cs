using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;
using Xunit;

namespace Minimal.Tests.Properties;

/// <summary>The properties, of our parsers.</summary>
public sealed class RequestPropertyTests
{
    [Property(Tests = 2000)]
    [Requirement("H1-2.1-01", "H1-3-01", "H1-5-01", "H1-7.1.3-01")]
    public void A_valid_request_is_read_to_its_last_byte_as_it_was_meant(HttpRequestModel request) =>
        RequestProperties.ReadsAsMeant(Ours, request);

    [Property(Tests = 4000)]
    [Requirement("HS-2.3-01")]
    public void A_nearly_valid_request_is_refused_or_read_as_the_grammar_says(Mutant<HttpRequestModel> mutant) =>
        RequestProperties.RefusesOrReadsAsTheGrammar(Ours, mutant);

    [Property(Tests = 150)]
    [Requirement("H1-2.2-10")]
    public void A_nearly_valid_request_is_read_alike_at_every_split(Mutant<HttpRequestModel> mutant) =>
        RequestProperties.IsSplitInvariant(Ours, mutant.ToBytes());

    [Property(Tests = 500)]
    [Requirement("H1-2.2-10")]
    public void Any_bytes_are_read_alike_at_every_split(HttpBytes bytes) => RequestProperties.IsSplitInvariant(Ours, bytes.Value);

    [Property(Tests = 1000)]
    [Requirement("HS-2.3-01")]
    public void Any_bytes_have_one_of_three_answers(HttpBytes bytes, Segmentation segmentation) =>
        RequestProperties.IsTotal(Ours, bytes.Value, segmentation);

    [Property(Tests = 1000)]
    [Requirement("HS-2.3-01")]
    public void Nearly_valid_requests_have_one_of_three_answers(Mutant<HttpRequestModel> mutant, Segmentation segmentation) =>
        RequestProperties.IsTotal(Ours, mutant.ToBytes(), segmentation);

    [Fact]
    public void At_least_40_of_100_nearly_valid_requests_get_past_the_request_line()
    {
        Mutant<HttpRequestModel>[] mutants = [.. HttpRequestGen.NearlyValid.Sample(2000, new Rnd(20260101), 50)];
        int past = mutants.Count(mutant =>
        {
            var trace = new RecordingTrace();
            RequestReader.Read([mutant.ToBytes()], trace: trace);
            return trace.Marks.Any(mark => mark.Part == WireParts.Version);
        });
        Assert.InRange(past, mutants.Length * 40 / 100, mutants.Length);
    }

    private static RequestReader Ours(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace? trace) =>
        RequestReader.Read(segments, trace: trace);
}
