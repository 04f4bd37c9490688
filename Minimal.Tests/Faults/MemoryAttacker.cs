using System.IO.Pipelines;
using Minimal.Http.Transports;
using Minimal.Soak;

namespace Minimal.Tests.Faults;

/// <summary>One attacking connection without a network. It never waits, and never leaves.</summary>
internal sealed class MemoryAttacker
{
    private readonly Attack _attack;
    private readonly MemoryTransport _wire;
    private Task _sending = Task.CompletedTask;

    public MemoryAttacker(Attack attack, MemoryTransport wire)
    {
        _attack = attack;
        _wire = wire;
        _sending = SendAsync(attack.Begin);
    }

    /// <summary>Does what a second asks for.</summary>
    public void Tick()
    {
        if (_sending.IsCompleted) _sending = SendAsync(_attack.Drip);
        if (_attack.Reads > 0) Receive();
    }

    private async Task SendAsync(byte[] bytes)
    {
        try
        {
            if (bytes.Length > 0) await _wire.Output.WriteAsync(bytes).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The server was faster.
        }
    }

    private void Receive()
    {
        try
        {
            if (!_wire.Input.TryRead(out ReadResult read)) return;
            _wire.Input.AdvanceTo(read.Buffer.GetPosition(Math.Min(read.Buffer.Length, _attack.Reads)));
        }
        catch (IOException)
        {
            // As above.
        }
    }
}
