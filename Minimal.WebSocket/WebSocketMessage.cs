using System.Text;
using Minimal.WebSocket.Wire;

namespace Minimal.WebSocket;

/// <summary>A message, or a part of one, as it was received. Its bytes are valid until the next receive or close: they lie in a buffer that is used again.</summary>
/// <param name="opcode">Text or Binary.</param>
/// <param name="data">The bytes, unmasked and decompressed.</param>
/// <param name="isEnd">Whether the message ends with them.</param>
public readonly struct WebSocketMessage(Opcode opcode, ReadOnlyMemory<byte> data, bool isEnd = true)
{
    /// <summary>What it is: <see cref="Opcode.Text"/> or <see cref="Opcode.Binary"/>.</summary>
    public Opcode Opcode { get; } = opcode;

    /// <summary>The bytes, unmasked and decompressed. Text is valid UTF-8; a part of text may begin and end inside a character.</summary>
    public ReadOnlyMemory<byte> Data { get; } = data;

    /// <summary>Whether the message ends here: always, unless parts are received.</summary>
    public bool IsEnd { get; } = isEnd;

    /// <summary>Whether it is text.</summary>
    public bool IsText => Opcode == Opcode.Text;

    /// <summary>The bytes as text, in a string of its own.</summary>
    public string GetText() => Encoding.UTF8.GetString(Data.Span);
}
