namespace Minimal.Testing;

/// <summary>
/// All the ways in which the same bytes may arrive, and a runner that shows that none of them changes the answer.
/// Segments are slices of the input, not copies. Thread-safe.
/// </summary>
public static class Splits
{
    /// <summary>Up to this many bytes, <see cref="TwoWay"/> cuts at every place.</summary>
    public const int EveryPlaceUpTo = 4096;

    private const int Ends = 512;
    private const int RandomSplits = 8;

    /// <summary>All bytes at once.</summary>
    public static Split Whole(ReadOnlyMemory<byte> bytes) => new("whole", [bytes]);

    /// <summary>Each byte in a segment of its own.</summary>
    public static Split ByteByByte(ReadOnlyMemory<byte> bytes) =>
        new("byte by byte", [.. Enumerable.Range(0, bytes.Length).Select(at => bytes.Slice(at, 1))]);

    /// <summary>Cut at the given places.</summary>
    /// <param name="bytes">The input.</param>
    /// <param name="places">Offsets in ascending order, from 0 to the length; two equal ones make an empty segment between them.</param>
    public static Split At(ReadOnlyMemory<byte> bytes, params IReadOnlyList<int> places)
    {
        IEnumerable<int> begins = places.Prepend(0);
        IEnumerable<int> ends = places.Append(bytes.Length);
        return new($"cut at {string.Join(", ", places)}", [.. begins.Zip(ends, (begin, end) => bytes[begin..end])]);
    }

    /// <summary>
    /// Every cut into two, the empty ones at both ends too. Of an input longer than <see cref="EveryPlaceUpTo"/>,
    /// every place of the first and last 512 bytes, and 512 places between.
    /// </summary>
    public static IEnumerable<Split> TwoWay(ReadOnlyMemory<byte> bytes) => Places(bytes.Length).Select(place => At(bytes, place));

    /// <summary>Cut at places that the seed decides: the same seed, the same split.</summary>
    /// <param name="bytes">The input.</param>
    /// <param name="seed">Any number.</param>
    /// <param name="segments">How many segments, at least one; some may be empty.</param>
    public static Split Random(ReadOnlyMemory<byte> bytes, int seed, int segments)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(segments, 1);
        var random = new Random(seed);
        int[] places = [.. Enumerable.Range(1, segments - 1).Select(_ => random.Next(bytes.Length + 1)).Order()];
        return At(bytes, places);
    }

    /// <summary>Whole, every two-way split, byte by byte, and a few random ones of 3 to 10 segments.</summary>
    public static IEnumerable<Split> All(ReadOnlyMemory<byte> bytes, int seed = 1) =>
        TwoWay(bytes)
            .Prepend(Whole(bytes))
            .Append(ByteByByte(bytes))
            .Concat(Enumerable.Range(0, RandomSplits).Select(n => Random(bytes, seed + n, segments: 3 + n)));

    /// <summary>Runs <paramref name="parse"/> over <see cref="All"/> splits and demands the same answer from each.</summary>
    /// <typeparam name="T">The answer; compared by its own equality, so a text or a record of values is best.</typeparam>
    /// <param name="bytes">The input.</param>
    /// <param name="parse">Gets the segments in the order of their arrival; must begin afresh each time.</param>
    /// <param name="seed">Decides the random splits.</param>
    /// <returns>The one answer.</returns>
    /// <exception cref="CheckFailedException">Two splits have different answers; the message shows both.</exception>
    public static T Run<T>(ReadOnlyMemory<byte> bytes, Func<IReadOnlyList<ReadOnlyMemory<byte>>, T> parse, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(parse);
        T whole = parse([bytes]);
        foreach (Split split in All(bytes, seed).Skip(1))
        {
            T answer = parse(split.Segments);
            if (!EqualityComparer<T>.Default.Equals(answer, whole)) throw Differs(bytes, whole, split, answer);
        }

        return whole;
    }

    private static IEnumerable<int> Places(int length)
    {
        if (length <= EveryPlaceUpTo) return Enumerable.Range(0, length + 1);
        double step = (length - (2.0 * Ends)) / Ends;
        return
        [
            .. Enumerable.Range(0, Ends),
            .. Enumerable.Range(0, Ends).Select(n => Ends + (int)(n * step)),
            .. Enumerable.Range(length - Ends + 1, Ends),
        ];
    }

    private static CheckFailedException Differs<T>(ReadOnlyMemory<byte> bytes, T whole, Split split, T answer) => new(
        $"""
        The answer depends on where the bytes are cut.
        {Whole(bytes)}
        {Indent(whole)}
        {split}
        {Indent(answer)}
        """);

    private static string Indent<T>(T answer) => "    " + $"{answer}".ReplaceLineEndings("\n    ");
}
