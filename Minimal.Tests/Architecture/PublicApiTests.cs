using System.Reflection;
using Minimal.Http.Wire;
using Minimal.Sse;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.Architecture;

/// <summary>The public API of what other people take, as text that was looked at; its history reads like a list of changes.</summary>
public sealed class PublicApiTests
{
    [Theory]
    [InlineData(typeof(ProtocolRule))]
    [InlineData(typeof(Opcode))]
    [InlineData(typeof(SseEvent))]
    [InlineData(typeof(Splits))]
    public void Public_API_is_the_approved_one(Type inAssembly)
    {
        Assembly assembly = inAssembly.Assembly;
        ApprovedFile.Check($"Minimal.Tests/Architecture/PublicApi/{assembly.GetName().Name}.txt", ApiText.Of(assembly));
    }
}
