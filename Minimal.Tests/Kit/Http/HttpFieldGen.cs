using FsCheck;
using FsCheck.Fluent;

namespace Minimal.Testing;

/// <summary>Generators and shrinkers for field lines.</summary>
public static class HttpFieldGen
{
    private static readonly string[] Steering =
    [
        "Connection", "Content-Length", "Content-Type", "Expect", "Host", "Prefer", "Range", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    ];

    /// <summary>A field that only informs: none that changes how a message is read or answered.</summary>
    public static Gen<HttpFieldModel> Plain { get; } =
        from field in Gen.OneOf(Common(), Random())
        from spaced in Spaced(field)
        select spaced;

    /// <summary>A Host field, its name in some case.</summary>
    /// <param name="authority">Its value.</param>
    public static Gen<HttpFieldModel> Host(string authority) =>
        from name in Gen.Elements("Host", "host", "HOST", "hOsT")
        from spaced in Spaced(new HttpFieldModel(name, authority))
        select spaced;

    /// <summary>The field that announces a body, its name and coding in some case; none for a body without one.</summary>
    public static Gen<HttpFieldModel[]> Framing(HttpBodyModel body)
    {
        if (body.Framing is not { } framing) return Gen.Constant<HttpFieldModel[]>([]);
        return from name in Gen.Elements(framing.Name, framing.Name.ToUpperInvariant(), framing.Name.ToLowerInvariant())
               from value in Gen.Elements(framing.Value, framing.Value.ToUpperInvariant())
               from spaced in Spaced(new HttpFieldModel(name, value))
               select new[] { spaced };
    }

    /// <summary>0 to 5 plain fields and the given ones, in any order.</summary>
    public static Gen<IReadOnlyList<HttpFieldModel>> Section(params IReadOnlyList<HttpFieldModel> given) =>
        from count in Gen.Choose(0, 5)
        from plain in Gen.ArrayOf(Plain, count)
        from shuffled in Gen.Shuffle<HttpFieldModel>([.. given, .. plain])
        select (IReadOnlyList<HttpFieldModel>)shuffled;

    /// <summary>Fewer fields and simpler ones. Host and the field that announces the body stay.</summary>
    public static IEnumerable<IReadOnlyList<HttpFieldModel>> Shrink(IReadOnlyList<HttpFieldModel> fields)
    {
        HttpFieldModel[] kept = [.. fields.Where(MustStay)];
        return Shrinking.List(fields, Shrink).Where(smaller => smaller.Count(MustStay) == kept.Length);
    }

    internal static IReadOnlyList<HttpFieldModel> Announce(IReadOnlyList<HttpFieldModel> fields, HttpBodyModel body) =>
    [
        .. fields.Where(field => !field.IsFraming || body.Framing is not null)
            .Select(field => field.IsFraming ? field with { Name = body.Framing!.Name, Value = body.Framing.Value } : field),
    ];

    private static bool MustStay(HttpFieldModel field) => field.Is("Host") || field.IsFraming;

    private static IEnumerable<HttpFieldModel> Shrink(HttpFieldModel field)
    {
        foreach (string space in Shrinking.Text(field.After, "")) yield return field with { After = space };
        foreach (string space in Shrinking.Text(field.Before, "", " ")) yield return field with { Before = space };
        if (field.IsFraming) yield break;
        foreach (string value in Shrinking.Text(field.Value, field.Is("Host") ? "a" : "")) yield return field with { Value = value };
        if (field.Is("Host")) yield break;
        foreach (string name in Shrinking.Text(field.Name, "a")) yield return field with { Name = name };
    }

    private static Gen<HttpFieldModel> Common() => Gen.Elements<HttpFieldModel>(
        new("Accept", "*/*"),
        new("Accept-Encoding", "gzip, br;q=0.5"),
        new("Cookie", "a=b; c=d"),
        new("User-Agent", "Mozilla/5.0 (X11; Linux x86_64)"),
        new("X-Forwarded-For", "10.0.0.1, 10.0.0.2"),
        new("Cache-Control", "no-cache"));

    private static Gen<HttpFieldModel> Random() =>
        from name in HttpTextGen.Token
        from value in HttpTextGen.FieldValue
        let harmless = Steering.Contains(name, StringComparer.OrdinalIgnoreCase) ? "X-" + name : name
        select new HttpFieldModel(harmless, value);

    private static Gen<HttpFieldModel> Spaced(HttpFieldModel field) =>
        from before in HttpTextGen.OptionalSpace
        from after in Gen.Frequency((3, Gen.Constant("")), (1, HttpTextGen.OptionalSpace))
        select field with { Before = before, After = after };
}
