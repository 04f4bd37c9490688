namespace Benchmarks;

/// <summary>Something that the run needs is missing or has failed; the message says what, in one sentence.</summary>
internal sealed class BenchmarkException(string message) : Exception(message);
