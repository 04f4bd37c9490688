using Minimal.Http.Wire;

namespace Minimal.Testing;

/// <summary>Feeds a fresh parser with segments, one after the other as if they were arriving, until it has an answer or all are in.</summary>
/// <param name="segments">The input; <see cref="Segments.Arriving"/> makes of it what a reader sees.</param>
/// <param name="trace">Where the parser names its spans.</param>
public delegate VectorOutcome VectorParse(IReadOnlyList<ReadOnlyMemory<byte>> segments, WireTrace trace);

/// <summary>How vectors of one kind are read.</summary>
/// <param name="Kind">The first words behind the fence of the input: <c>request</c>, <c>frames client</c>.</param>
/// <param name="Parse">Feeds the parser.</param>
/// <param name="FromServer">Whether the bytes go from the server to the client: their lines in the listing begin with <c>&lt;</c>.</param>
/// <param name="TakesAll">
/// Whether the parser reads on for as long as there are bytes, as that of an event stream does. Such vectors are not run with bytes behind them.
/// </param>
public sealed record VectorDriver(string Kind, VectorParse Parse, bool FromServer = false, bool TakesAll = false);
