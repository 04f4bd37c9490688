namespace Minimal.Tests.Oracles;

/// <summary>What a server made of the bytes of one connection.</summary>
/// <param name="Requests">The requests that the program behind it saw whole.</param>
/// <param name="Stop">Why it read no further: a rule, a status, an error's name; empty when it did not say.</param>
internal sealed record RequestReading(IReadOnlyList<SeenRequest> Requests, string Stop)
{
    public override string ToString() => string.Join(" | ", Requests.Select(request => $"{request}").Append(Stop)).TrimEnd(' ', '|');
}
