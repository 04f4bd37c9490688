namespace Minimal.Testing;

/// <summary>Shrinkers that others are built from. Each yields smaller values, the smallest first.</summary>
public static class Shrinking
{
    /// <summary>A list without its second half, without its first half, without one element, then with one element shrunk.</summary>
    public static IEnumerable<IReadOnlyList<T>> List<T>(IReadOnlyList<T> list, Func<T, IEnumerable<T>> element)
    {
        if (list.Count > 2)
        {
            yield return [.. list.Take(list.Count / 2)];
            yield return [.. list.Skip(list.Count / 2)];
        }

        for (int n = 0; n < list.Count; n++) yield return [.. list.Take(n), .. list.Skip(n + 1)];

        for (int n = 0; n < list.Count; n++)
        {
            foreach (T smaller in element(list[n])) yield return [.. list.Take(n), smaller, .. list.Skip(n + 1)];
        }
    }

    /// <summary>Fewer bytes, then the letter <c>a</c> in the place of others.</summary>
    public static IEnumerable<byte[]> Bytes(byte[] bytes) =>
        List<byte>(bytes, value => value == 'a' ? [] : [(byte)'a']).Select(list => list.ToArray());

    /// <summary>Each of <paramref name="candidates"/> that is shorter than <paramref name="text"/>, or as long and before it in the list.</summary>
    public static IEnumerable<string> Text(string text, params IReadOnlyList<string> candidates) =>
        candidates.TakeWhile(candidate => candidate != text).Where(candidate => candidate.Length <= text.Length);
}
