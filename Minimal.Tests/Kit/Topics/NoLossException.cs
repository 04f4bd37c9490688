namespace Minimal.Testing;

/// <summary>The promise that nothing is lost was broken.</summary>
/// <param name="message">To whom and how.</param>
public sealed class NoLossException(string message) : Exception(message);
