using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generator and shrinker for valid final responses.</summary>
public static class HttpResponseGen
{
    /// <summary>Responses with no body, a sized one, a chunked one, or one that ends with the connection.</summary>
    public static Gen<HttpResponseModel> Valid { get; } =
        from status in Gen.Frequency((3, Gen.Elements(200, 204, 206, 304, 400, 404, 500, 503)), (1, Gen.Choose(200, 599)))
        from version in Gen.Frequency((9, Gen.Constant("HTTP/1.1")), (1, Gen.Constant("HTTP/1.0")))
        from reason in Gen.Elements("OK", "", "Not Found", "a\treason \u00FF")
        from body in Body(status, version)
        from framing in HttpFieldGen.Framing(body)
        from fields in HttpFieldGen.Section(framing)
        select new HttpResponseModel(version, status, reason, fields, body);

    /// <summary>Nearly valid responses: valid ones with a mutation or a few.</summary>
    public static Gen<Mutant<HttpResponseModel>> NearlyValid { get; } = MutantGen.Of(
        Valid,
        (2, HttpMutations.OfStatusLine),
        (3, HttpMutations.OfFields),
        (4, HttpMutations.OfFraming),
        (4, HttpMutations.OfChunks),
        (2, HttpMutations.OfAnything));

    /// <summary>A smaller body, fewer and simpler fields, a simpler start; always a valid response.</summary>
    public static IEnumerable<HttpResponseModel> Shrink(HttpResponseModel response)
    {
        foreach (HttpBodyModel body in HttpBodyGen.Shrink(response.Body)) yield return response.WithBody(body);
        foreach (IReadOnlyList<HttpFieldModel> fields in HttpFieldGen.Shrink(response.Fields)) yield return response with { Fields = fields };
        foreach (string reason in Shrinking.Text(response.Reason, "", "OK")) yield return response with { Reason = reason };
        if (response.Version != "HTTP/1.1") yield return response with { Version = "HTTP/1.1" };
        if (response.Status is not (200 or 204 or 304)) yield return response with { Status = 200 };
    }

    // RFC 9112 §6.3: 204 and 304 end with the head, whatever the fields say.
    private static Gen<HttpBodyModel> Body(int status, string version)
    {
        if (status is 204 or 304) return Gen.Constant(HttpBodyModel.None);
        return version == "HTTP/1.0"
            ? Gen.OneOf(HttpBodyGen.Sized, HttpBodyGen.UntilClose)
            : Gen.Frequency((3, HttpBodyGen.Sized), (3, HttpBodyGen.Chunked), (1, HttpBodyGen.UntilClose));
    }
}
