using System.Linq;
using Minimal.Http.Wire;

namespace Minimal.Http.Diagnostics;

/// <summary>
/// Shows how servers that are lenient, each in its own way, would cut the same bytes into requests. Where two of them stand in one chain and cut
/// differently, a request can be smuggled past the first (RFC 9112 §11.2); that is why this library refuses such bytes.
/// </summary>
/// <remarks>
/// Nothing is sent or received, and any bytes may come. The work grows with the number of bytes and of readings. Thread-safe.
/// </remarks>
public static class Lens
{
    /// <summary>How many bytes are looked at, 64 KiB; what stands behind them is left out.</summary>
    public const int MaxBytes = 64 * 1024;

    /// <summary>How many requests a reading cuts at most, 32.</summary>
    public const int MaxRequests = 32;

    /// <summary>How many characters of a method or a target are kept, 256.</summary>
    public const int MaxText = 256;

    /// <summary>Reads the bytes in every way of <see cref="LensReading.All"/>.</summary>
    /// <param name="bytes">What a client sends on one connection, from its first byte.</param>
    public static LensTable Explain(ReadOnlyMemory<byte> bytes) => Explain(bytes, LensReading.All);

    /// <summary>Reads the bytes in the ways that are given.</summary>
    /// <param name="bytes">What a client sends on one connection, from its first byte.</param>
    /// <param name="readings">The readings; the others are compared with the first.</param>
    /// <param name="limits">The limits of the strict reading; the default is <see cref="HttpLimits.Default"/>. The lenient ones know none.</param>
    /// <exception cref="ArgumentException">There is no reading.</exception>
    public static LensTable Explain(ReadOnlyMemory<byte> bytes, IReadOnlyList<LensReading> readings, HttpLimits? limits = null)
    {
        ArgumentNullException.ThrowIfNull(readings);
        if (readings.Count == 0) throw new ArgumentException("There is no reading.", nameof(readings));

        ReadOnlyMemory<byte> looked = bytes[..Math.Min(bytes.Length, MaxBytes)];
        return new LensTable(looked, [.. readings.Select(reading => Read(looked, reading, limits ?? HttpLimits.Default))]);
    }

    private static LensRow Read(ReadOnlyMemory<byte> bytes, LensReading reading, HttpLimits limits) =>
        reading.Leniencies == LensLeniency.None ? new LensStrict(bytes, limits).Read(reading) : new LensReader(bytes, reading).Read();
}
