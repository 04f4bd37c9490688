using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generators and shrinker for bodies. What they hold often looks like HTTP: it must never be read as such.</summary>
public static class HttpBodyGen
{
    /// <summary>A body of an announced length.</summary>
    public static Gen<HttpBodyModel> Sized { get; } =
        HttpBytesGen.Bytes(least: 0, most: 20).Select(bytes => (HttpBodyModel)new SizedBodyModel(bytes));

    /// <summary>A body in chunks.</summary>
    public static Gen<HttpBodyModel> Chunked { get; } = ChunkedGen.Valid.Select(body => (HttpBodyModel)body);

    /// <summary>A body that ends with the connection.</summary>
    public static Gen<HttpBodyModel> UntilClose { get; } =
        HttpBytesGen.Bytes(least: 0, most: 20).Select(bytes => (HttpBodyModel)new UntilCloseBodyModel(bytes));

    /// <summary>No body at all, then a smaller one of the same kind.</summary>
    public static IEnumerable<HttpBodyModel> Shrink(HttpBodyModel body)
    {
        if (body.Framing is null && body.Content.Length == 0) return [];
        IEnumerable<HttpBodyModel> smaller = body switch
        {
            ChunkedBodyModel chunked => ChunkedGen.Shrink(chunked),
            SizedBodyModel sized => Shrinking.Bytes(sized.Content).Select(content => new SizedBodyModel(content)),
            _ => Shrinking.Bytes(body.Content).Select(content => new UntilCloseBodyModel(content)),
        };
        return smaller.Prepend(HttpBodyModel.None);
    }
}
