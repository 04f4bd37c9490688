namespace Minimal.Testing;

/// <summary>What a check of this kit found wrong. The message is written for the person who reads the test's output.</summary>
/// <param name="message">What was expected, and what was found.</param>
/// <param name="cause">The exception that the code under test threw, if it threw one.</param>
public sealed class CheckFailedException(string message, Exception? cause = null) : Exception(message, cause);
