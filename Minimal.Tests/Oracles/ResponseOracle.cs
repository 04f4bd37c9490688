using System.Net;
using FsCheck;
using FsCheck.Fluent;
using Minimal.Http.Wire;
using Minimal.Testing;
using Minimal.Tests.Http;

namespace Minimal.Tests.Oracles;

/// <summary>The framework's <see cref="HttpClient"/>, which reads responses as our parsers do.</summary>
internal static class ResponseOracle
{
    public const string Name = "HttpClient";

    /// <summary>All vectors of responses; generated ones, valid and nearly so.</summary>
    public static IEnumerable<byte[]> Inputs =>
    [
        .. from vector in VectorLibrary.All where vector.Kind is "response" or "response small" select vector.Input.ToArray(),
        .. RequestInputs.Sample(HttpResponseGen.Valid, 3).Select(response => response.ToBytes()),
        .. RequestInputs.Sample(NearlyValid, 4, 2 * RequestInputs.Generated),
    ];

    // What is done to requests is done to responses.
    private static Gen<byte[]> NearlyValid { get; } =
        from origin in HttpResponseGen.Valid
        from mutation in Gen.Elements([.. HttpMutations.OfFields, .. HttpMutations.OfFraming, .. HttpMutations.OfChunks, .. HttpMutations.OfAnything])
        from choice in Gen.Choose(0, 1000)
        where mutation.Places(origin.Pieces()).Count > 0
        select WirePiece.Join(mutation.Apply(origin.Pieces(), choice));

    /// <summary>Ours; the connection ends behind the bytes.</summary>
    public static RequestReading ReadOurs(byte[] bytes)
    {
        ResponseReader reader = ResponseReader.Read([bytes]);
        bool endsWithConnection = reader is { Status: ParseStatus.NeedMore, Body.Framing.Kind: BodyKind.UntilClose };
        if (reader.Status == ParseStatus.Complete || endsWithConnection) return new RequestReading([SeenRequest.Of($"{reader.Head.Status}", "", reader.Body!.Content)], "");
        return new RequestReading([], reader.Broken?.Name ?? "BodyIncomplete");
    }

    /// <summary>Theirs.</summary>
    public static async Task<RequestReading> ReadTheirsAsync(byte[] bytes)
    {
        var sockets = new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectCallback = (_, _) => new ValueTask<Stream>(new OneWay(bytes)) };
        using var client = new HttpClient(sockets);
        try
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri("http://a/"));
            byte[] content = await response.Content.ReadAsByteArrayAsync();
            return new RequestReading([SeenRequest.Of($"{(int)response.StatusCode}", "", content)], "");
        }
        catch (HttpRequestException e)
        {
            return new RequestReading([], $"{e.HttpRequestError}");
        }
    }

    /// <summary>Gives out bytes and then the end; takes anything.</summary>
    private sealed class OneWay(byte[] bytes) : MemoryStream(bytes)
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => default;
    }
}
