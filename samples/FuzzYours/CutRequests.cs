using Minimal.Testing;

namespace Minimal.FuzzYours;

/// <summary>Valid requests, one behind the other, and where their bytes are cut in two.</summary>
internal sealed record CutRequests(IReadOnlyList<HttpRequestModel> Requests, int Place)
{
    public byte[] Bytes => [.. Requests.SelectMany(request => request.ToBytes())];

    public Split Split => Splits.At(Bytes, Math.Clamp(Place, 1, Bytes.Length - 1));

    /// <summary>Smaller requests, cut as far from the beginning or as far from the end.</summary>
    public static IEnumerable<CutRequests> Shrink(CutRequests cut)
    {
        int behind = cut.Bytes.Length - cut.Place;
        for (int n = 0; n < cut.Requests.Count; n++)
        {
            foreach (HttpRequestModel smaller in FuzzYours.Requests.Shrink(cut.Requests[n]))
            {
                CutRequests fewer = cut with { Requests = [.. cut.Requests.Select((request, at) => at == n ? smaller : request)] };
                yield return fewer;
                if (fewer.Bytes.Length > behind) yield return fewer with { Place = fewer.Bytes.Length - behind };
            }
        }
    }

    public override string ToString() => string.Join("|", Split.Segments.Select(segment => EscapedBytes.Write(segment.Span)));
}
