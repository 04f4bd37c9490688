using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;

namespace Minimal.FuzzYours;

/// <summary>Valid requests for one server, as the kit's generators make their parts.</summary>
internal static class Requests
{
    /// <summary>GET without a body, or POST with one that is sized or chunked.</summary>
    public static Gen<HttpRequestModel> For(Aim aim) =>
        from body in Gen.Frequency((3, Gen.Constant(HttpBodyModel.None)), (3, HttpBodyGen.Sized), (4, HttpBodyGen.Chunked))
        from request in With(body.Framing is null ? "GET" : "POST", body, aim)
        select request;

    /// <summary>HEAD.</summary>
    public static Gen<HttpRequestModel> Head(Aim aim) => With("HEAD", HttpBodyModel.None, aim);

    /// <summary>POST in chunks.</summary>
    public static Gen<HttpRequestModel> Chunked(Aim aim) => HttpBodyGen.Chunked.SelectMany(body => With("POST", body, aim));

    /// <summary>Smaller requests with the same method, for the same target on the same host.</summary>
    public static IEnumerable<HttpRequestModel> Shrink(HttpRequestModel request) => HttpRequestGen.Shrink(request).Where(smaller =>
        smaller.Target == request.Target && smaller.Method == request.Method && HostOf(smaller) == HostOf(request));

    private static string HostOf(HttpRequestModel request) => request.Fields.Single(field => field.Is("Host")).Value;

    private static Gen<HttpRequestModel> With(string method, HttpBodyModel body, Aim aim) =>
        from host in HttpFieldGen.Host(aim.Host)
        from framing in HttpFieldGen.Framing(body)
        from fields in HttpFieldGen.Section([host, .. framing])
        select new HttpRequestModel(method, aim.Target, "HTTP/1.1", fields, body);
}
