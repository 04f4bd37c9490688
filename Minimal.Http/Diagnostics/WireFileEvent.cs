namespace Minimal.Http.Diagnostics;

/// <summary>What happened on a connection.</summary>
public enum WireFileEventKind
{
    /// <summary>The connection was made.</summary>
    Open,

    /// <summary>Bytes came from one side.</summary>
    Bytes,

    /// <summary>One side said that it sends no more (FIN).</summary>
    End,

    /// <summary>One side broke the connection off (RST).</summary>
    Reset,

    /// <summary>The connection is gone, or nobody watches it any more.</summary>
    Close,
}

/// <summary>One event of a recording, as a <c>.wire</c> file holds it; <c>docs/wire-format.md</c> has the format.</summary>
/// <param name="Time">Since the recording began; not negative. Files keep whole microseconds.</param>
/// <param name="Connection">The number of the connection, from 1.</param>
/// <param name="Kind">What happened.</param>
/// <param name="Direction">Whose bytes they are, or which side ended or reset. Without meaning for the other kinds.</param>
/// <param name="Bytes">What was sent; not empty for <see cref="WireFileEventKind.Bytes"/>, empty for all others.</param>
/// <param name="Note">For people: the two addresses of an opening, the reason of a close. One line without control characters.</param>
public sealed record WireFileEvent(
    TimeSpan Time, int Connection, WireFileEventKind Kind, WireDirection Direction = default, ReadOnlyMemory<byte> Bytes = default, string Note = "");
