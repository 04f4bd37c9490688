using Minimal.Testing;

namespace Minimal.Tests.Oracles;

/// <summary>A request as the program behind a server saw it, whole.</summary>
/// <param name="Method">The method.</param>
/// <param name="Target">The target, raw where the server lets a program see it so.</param>
/// <param name="Content">The content, escaped.</param>
internal sealed record SeenRequest(string Method, string Target, string Content)
{
    public static SeenRequest Of(string method, string target, ReadOnlySpan<byte> content) => new(method, target, EscapedBytes.Write(content));

    public override string ToString() => $"{Method} {Target} {Content}".TrimEnd();
}
