using FsCheck;
using FsCheck.Fluent;
using Minimal.Testing;
using Minimal.WebSocket.Wire;
using Xunit;

namespace Minimal.Tests.WebSocket;

/// <summary>The hash of the handshake against the framework's.</summary>
public sealed class Sha1Tests
{
    [Fact]
    public void It_is_SHA_1()
    {
        Gen<byte[]> texts = Gen.Choose(0, 119).SelectMany(length => Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(length));
        PropertyCheck.Holds(Arb.From(texts), text => Assert.Equal(Expected(text), Hash(text)), tests: 1000);
    }

    [Fact]
    public void Every_length_that_it_takes_is_padded_rightly()
    {
        for (int length = 0; length < 120; length++) Assert.Equal(Expected(new byte[length]), Hash(new byte[length]));
        Assert.Throws<ArgumentOutOfRangeException>(() => Hash(new byte[120]));
    }

#pragma warning disable CA5350 // That it is SHA-1 is what is asked.
    private static byte[] Expected(byte[] text) => System.Security.Cryptography.SHA1.HashData(text);
#pragma warning restore CA5350

    private static byte[] Hash(byte[] text)
    {
        byte[] hash = new byte[Sha1.HashBytes];
        Sha1.Hash(text, hash);
        return hash;
    }
}
