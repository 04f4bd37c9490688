using System.Globalization;
using Minimal.Testing;

namespace Minimal.Soak;

/// <summary>What is left when all clients have gone.</summary>
/// <param name="Connections">Connections that the server has.</param>
/// <param name="Waiters">Waiters of the topics, and clients held by the endpoints.</param>
/// <param name="Deadlines">Entries of the server's wheel.</param>
/// <param name="Network">Connections that the bad network still holds.</param>
/// <param name="Buffers">Pooled buffers that were not returned.</param>
/// <param name="BufferBytes">Their bytes.</param>
/// <param name="LiveBytes">The heap, collected.</param>
internal sealed record Remains(int Connections, (int Topics, int Endpoints) Waiters, int Deadlines, int Network, long Buffers, long BufferBytes, long LiveBytes)
{
    public static Remains Take(SoakServer server, ChaosNetwork network, PooledMemory pool)
    {
        // Twice with finalizers between them: tasks whose exception nobody looked at say so in theirs.
        for (int i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        return new Remains(server.Connections, server.Waiters, server.Deadlines, network.Open, pool.Buffers, pool.Bytes, GC.GetTotalMemory(true));
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Connections} connections, {Waiters.Topics} waiters, {Waiters.Endpoints} held, {Deadlines} deadlines, {Network} in the network, {Buffers} buffers of {BufferBytes:N0} bytes, {LiveBytes:N0} bytes live");
}
