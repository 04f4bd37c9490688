using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Xunit;

namespace Minimal.Tests.Testing;

public sealed class HttpGenTests
{
    private static readonly IReadOnlyList<HttpRequestModel> Requests = Sample(HttpRequestGen.Valid);
    private static readonly IReadOnlyList<Mutant<HttpRequestModel>> Mutants = Sample(HttpRequestGen.NearlyValid);

    [Property(Tests = 1000)]
    public void Requests_are_valid_and_carry_their_content(HttpRequestModel request) =>
        Assert.Equal(request.Body.Content, ReferenceMessage.ReadRequest(request.ToBytes()).Content);

    [Property(Tests = 1000)]
    public void Responses_are_valid_and_carry_their_content(HttpResponseModel response) =>
        Assert.Equal(response.Body.Content, ReferenceMessage.ReadResponse(response.ToBytes()).Content);

    [Property(Tests = 1000)]
    public void Chunked_bodies_are_valid_and_carry_their_content(ChunkedBodyModel body)
    {
        int at = 0;
        string text = Encoding.Latin1.GetString(body.ToBytes());
        Assert.Equal(body.Content, ReferenceMessage.ReadChunked(text, ref at));
        Assert.Equal(text.Length, at);
    }

    [Property(Tests = 50)]
    public void Shrinking_keeps_requests_valid(HttpRequestModel request) =>
        Assert.All(HttpRequestGen.Shrink(request), smaller => Assert.Equal(smaller.Body.Content, ReferenceMessage.ReadRequest(smaller.ToBytes()).Content));

    [Property(Tests = 50)]
    public void Shrinking_keeps_responses_valid(HttpResponseModel response) =>
        Assert.All(HttpResponseGen.Shrink(response), smaller => Assert.Equal(smaller.Body.Content, ReferenceMessage.ReadResponse(smaller.ToBytes()).Content));

    [Property(Tests = 50)]
    public void Shrinking_ends(HttpRequestModel request, Mutant<HttpRequestModel> mutant, HttpResponseModel response, Segmentation segmentation)
    {
        AssertEnds(request, HttpRequestGen.Shrink);
        AssertEnds(mutant, ShrinkMutant);
        AssertEnds(response, HttpResponseGen.Shrink);
        AssertEnds(segmentation, Segmentation.Shrink);
    }

    [Property]
    public void Pieces_are_the_marks_that_a_trace_should_show(HttpRequestModel request)
    {
        IReadOnlyList<WireMark> marks = WirePiece.Marks(request.Pieces());
        Assert.Equal(request.ToBytes(), marks.SelectMany(mark => mark.Bytes.ToArray()));
        Assert.Equal([WireParts.Method, WireParts.Space, WireParts.Target, WireParts.Space, WireParts.Version, WireParts.LineEnd], marks.Take(6).Select(mark => mark.Part));
    }

    [Fact]
    public void All_forms_of_targets_and_bodies_occur()
    {
        Assert.Contains(Requests, request => request.Target.StartsWith('/'));
        Assert.Contains(Requests, request => request.Target.StartsWith("http://", StringComparison.Ordinal));
        Assert.Contains(Requests, request => request.Method == "CONNECT");
        Assert.Contains(Requests, request => request.Target == "*");
        Assert.Contains(Requests, request => request.Version == "HTTP/1.0");
        Assert.Contains(Requests, request => request.Body is SizedBodyModel { Content.Length: > 0 });
        Assert.Contains(Requests, request => request.Body is ChunkedBodyModel { Trailers.Count: > 0 });
        Assert.Contains(Requests, request => request.Body is ChunkedBodyModel body && body.Chunks.Any(chunk => chunk.Extension.Contains('"', StringComparison.Ordinal)));
        Assert.Contains(Requests, request => request.Body is ChunkedBodyModel body && body.Chunks.Any(chunk => chunk.Data.Length > 255));
        Assert.Contains(Requests, request => request.Body.Framing is null);
    }

    [Fact]
    public void At_least_40_of_100_mutants_get_past_the_request_line()
    {
        int good = Mutants.Count(mutant => ReferenceMessage.HasGoodRequestLine(mutant.ToBytes()));
        Assert.InRange(good, Mutants.Count * 40 / 100, Mutants.Count * 95 / 100);
    }

    [Fact]
    public void Every_mutation_of_the_catalogue_occurs_under_a_name_of_its_own_and_changes_something()
    {
        Assert.Equal(HttpMutations.All.Count, HttpMutations.All.Select(mutation => mutation.Name).Distinct().Count());
        IEnumerable<WireMutation> ofRequests = Mutants.SelectMany(mutant => mutant.Mutations).Select(step => step.Mutation);
        IEnumerable<WireMutation> ofResponses = Sample(HttpResponseGen.NearlyValid).SelectMany(mutant => mutant.Mutations).Select(step => step.Mutation);
        IEnumerable<WireMutation> ofBodies = Sample(ChunkedGen.NearlyValid).SelectMany(mutant => mutant.Mutations).Select(step => step.Mutation);
        Assert.Empty(HttpMutations.All.Except(HttpMutations.OfStatusLine).Except(ofRequests));
        Assert.Empty(HttpMutations.OfStatusLine.Concat(HttpMutations.OfChunks).Except(ofResponses));
        Assert.Empty(HttpMutations.OfChunks.Except(ofBodies));
        Assert.All(Mutants.Where(mutant => mutant.Mutations.Count == 1), mutant => Assert.NotEqual(mutant.Origin.ToBytes(), mutant.ToBytes()));
    }

    [Property(Tests = 2000)]
    public void What_must_be_refused_is_not_valid(Mutant<HttpRequestModel> mutant)
    {
        if (mutant.IsRefused) Assert.ThrowsAny<Exception>(() => ReferenceMessage.ReadRequest(mutant.ToBytes()));
    }

    [Property(Tests = 50)]
    public void Shrinking_keeps_a_mutation(Mutant<HttpRequestModel> mutant) =>
        Assert.All(ShrinkMutant(mutant), smaller => Assert.All(smaller.Mutations, mutation => Assert.Contains(mutation, mutant.Mutations)));

    [Fact]
    public void Any_bytes_have_what_matters_to_HTTP()
    {
        byte[] bytes = [.. Sample(HttpBytesGen.Any).SelectMany(sample => sample.Value)];
        Assert.All("\r\n:; \t\0\u007F\u00FF", character => Assert.True(bytes.Count(value => value == character) > bytes.Length / 250));
        Assert.Equal(256, bytes.Distinct().Count());
    }

    [Fact]
    public void A_planted_fault_is_found_and_made_small()
    {
        Counterexample found = PropertyCheck.MustFail(HttpArbitraries.Requests(), request => Assert.Equal(request.Body.Content, ReadChunksUpToTheFirstZero(request)));
        var smallest = Assert.IsType<HttpRequestModel>(found.Smallest[0]);
        Assert.Equal(("GET", "/"), (smallest.Method, smallest.Target));
        Assert.InRange(smallest.ToBytes().Length, 60, 90);
    }

    [Fact]
    public void Responses_shrink_to_what_matters()
    {
        Counterexample found = PropertyCheck.MustFail(HttpArbitraries.Responses(), response => Assert.IsNotType<ChunkedBodyModel>(response.Body));
        var smallest = Assert.IsType<HttpResponseModel>(found.Smallest[0]);
        Assert.Equal((200, ""), (smallest.Status, smallest.Reason));
        Assert.Equal("Transfer-Encoding", Assert.Single(smallest.Fields).Name, ignoreCase: true);
        Assert.Equal("0\r\n\r\n"u8.ToArray(), Assert.IsType<ChunkedBodyModel>(smallest.Body).ToBytes());
    }

    [Fact]
    public void Chunked_bodies_shrink_to_what_matters()
    {
        Counterexample found = PropertyCheck.MustFail(HttpArbitraries.Chunked(), body => Assert.DoesNotContain(body.Chunks, chunk => chunk.Data.Length > 1));
        Assert.Equal("2\r\naa\r\n0\r\n\r\n"u8.ToArray(), Assert.IsType<ChunkedBodyModel>(found.Smallest[0]).ToBytes());
    }

    [Fact]
    public void Mutants_shrink_to_the_mutation_that_matters()
    {
        Counterexample found = PropertyCheck.MustFail(HttpArbitraries.NearlyChunked(), mutant => Assert.DoesNotContain("plus sign", mutant.Name, StringComparison.Ordinal));
        var smallest = Assert.IsType<Mutant<ChunkedBodyModel>>(found.Smallest[0]);
        Assert.Equal("+1\r\na\r\n0\r\n\r\n"u8.ToArray(), smallest.ToBytes());
        Assert.Same(HttpRules.InvalidChunkSize, smallest.Rule);
    }

    // A defect that a real server had: the end of a chunked body is searched for, instead of reached.
    private static byte[] ReadChunksUpToTheFirstZero(HttpRequestModel request)
    {
        if (request.Body is not ChunkedBodyModel body) return request.Body.Content;
        string text = Encoding.Latin1.GetString(body.ToBytes());
        int end = text.IndexOf("0\r\n\r\n", StringComparison.Ordinal);
        return end >= 0 && end < text.LastIndexOf("0\r\n\r\n", StringComparison.Ordinal) ? [] : body.Content;
    }

    private static IEnumerable<Mutant<HttpRequestModel>> ShrinkMutant(Mutant<HttpRequestModel> mutant) => MutantGen.Shrink(mutant, HttpRequestGen.Shrink);

    private static void AssertEnds<T>(T value, Func<T, IEnumerable<T>> shrink)
    {
        const int Most = 5000;
        int steps = 0;
        IEnumerator<T> next = shrink(value).GetEnumerator();
        while (next.MoveNext() && steps++ < Most) next = shrink(next.Current).GetEnumerator();
        Assert.InRange(steps, 0, Most - 1);
    }

    private static IReadOnlyList<T> Sample<T>(Gen<T> generator) => [.. generator.Sample(2000, new Rnd(20260101), 50)];
}
