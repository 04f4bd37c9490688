namespace Minimal.WebSocket.Wire;

/// <summary>The kinds of opcodes (RFC 6455 §5.2).</summary>
public static class Opcodes
{
    private const int ControlBit = 0x8;

    /// <summary>Whether it is one of Close, Ping and Pong, or reserved for such (RFC 6455 §5.5).</summary>
    public static bool IsControl(this Opcode opcode) => ((int)opcode & ControlBit) != 0;

    /// <summary>Whether it begins a message: Text or Binary (RFC 6455 §5.6).</summary>
    public static bool BeginsMessage(this Opcode opcode) => opcode is Opcode.Text or Opcode.Binary;

    /// <summary>Whether RFC 6455 §5.2 leaves it for later: 3 to 7 and 0xB to 0xF.</summary>
    public static bool IsReserved(this Opcode opcode) => (int)opcode is not ((>= 0x0 and <= 0x2) or (>= 0x8 and <= 0xA));
}
