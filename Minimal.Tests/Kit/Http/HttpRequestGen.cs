using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generator and shrinker for valid requests.</summary>
public static class HttpRequestGen
{
    /// <summary>Requests of all four target forms, with no body, a sized one, or a chunked one.</summary>
    public static Gen<HttpRequestModel> Valid { get; } =
        from start in Gen.Frequency((12, Origin()), (3, Absolute()), (1, Connect()), (1, Asterisk()))
        from version in Gen.Frequency((9, Gen.Constant("HTTP/1.1")), (1, Gen.Constant("HTTP/1.0")))
        from body in Body(start.Method, version)
        from host in Host(start.Authority, version)
        from framing in HttpFieldGen.Framing(body)
        from fields in HttpFieldGen.Section([.. host, .. framing])
        select new HttpRequestModel(start.Method, start.Target, version, fields, body);

    /// <summary>
    /// Nearly valid requests: valid ones with a mutation or a few. More than 40 of 100 have a good request line, so that the rest of the
    /// parser sees them too.
    /// </summary>
    public static Gen<Mutant<HttpRequestModel>> NearlyValid { get; } = MutantGen.Of(
        Valid,
        (1, HttpMutations.OfRequestLine),
        (3, HttpMutations.OfFields),
        (1, HttpMutations.OfFolding),
        (4, HttpMutations.OfFraming),
        (4, HttpMutations.OfChunks),
        (2, HttpMutations.OfAnything));

    /// <summary>A smaller body, fewer and simpler fields, a simpler start; always a valid request.</summary>
    public static IEnumerable<HttpRequestModel> Shrink(HttpRequestModel request) =>
    [
        .. HttpBodyGen.Shrink(request.Body).Select(request.WithBody),
        .. HttpFieldGen.Shrink(request.Fields).Select(fields => request with { Fields = fields }),
        .. ShrinkStart(request),
    ];

    private static IEnumerable<HttpRequestModel> ShrinkStart(HttpRequestModel request)
    {
        if (request.Target != "/") yield return request with { Method = "GET", Target = "/" };
        if (request.Target == "/" && request.Method != "GET") yield return request with { Method = "GET" };
        if (request.Version != "HTTP/1.1" && request.Fields.Any(field => field.Is("Host"))) yield return request with { Version = "HTTP/1.1" };
    }

    private static Gen<Start> Origin() =>
        from method in Method()
        from target in HttpTargetGen.OriginForm
        from authority in HttpTargetGen.HostAndPort
        select new Start(method, target, authority);

    private static Gen<Start> Absolute() =>
        from method in Method()
        from authority in HttpTargetGen.HostAndPort
        from target in HttpTargetGen.AbsoluteForm(authority)
        select new Start(method, target, authority);

    private static Gen<Start> Connect() => HttpTargetGen.AuthorityForm.Select(authority => new Start("CONNECT", authority, authority));

    private static Gen<Start> Asterisk() => HttpTargetGen.HostAndPort.Select(authority => new Start("OPTIONS", "*", authority));

    private static Gen<string> Method() => Gen.Frequency(
        (6, Gen.Elements("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")),
        (1, HttpTextGen.Token.Select(token => "X" + token)));

    // RFC 9110 §9.3.6 and §9.3.8: no content in CONNECT and TRACE. RFC 9112 §6.1: no Transfer-Encoding in HTTP/1.0.
    private static Gen<HttpBodyModel> Body(string method, string version)
    {
        if (method is "CONNECT" or "TRACE") return Gen.Constant(HttpBodyModel.None);
        return version == "HTTP/1.0"
            ? Gen.OneOf(Gen.Constant(HttpBodyModel.None), HttpBodyGen.Sized)
            : Gen.Frequency((3, Gen.Constant(HttpBodyModel.None)), (3, HttpBodyGen.Sized), (4, HttpBodyGen.Chunked));
    }

    private static Gen<HttpFieldModel[]> Host(string authority, string version)
    {
        Gen<HttpFieldModel[]> present = HttpFieldGen.Host(authority).Select(host => new[] { host });
        return version == "HTTP/1.0" ? Gen.OneOf(present, Gen.Constant<HttpFieldModel[]>([])) : present;
    }

    private sealed record Start(string Method, string Target, string Authority);
}
