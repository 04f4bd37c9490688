using System.Globalization;

namespace Minimal.Testing;

/// <summary>Under which bounds a schedule runs: small ones, so that everything that bounds do happens within a few steps.</summary>
/// <param name="MaxMessages">Messages, or keys, that the topic keeps.</param>
/// <param name="MaxAge">How long it keeps them; null: for as long as the other bounds allow.</param>
/// <param name="MaxFramedBytes">Bytes of each framed log.</param>
/// <param name="Batch">The most messages in one answer.</param>
/// <param name="RecycleBytes">After how many bytes a stream for scripts ends.</param>
/// <param name="WindowBytes">How much may be under way to a client before the server must wait.</param>
/// <param name="IsCompacted">Whether the topic keeps the latest message of each key.</param>
public sealed record NoLossTerms(int MaxMessages, TimeSpan? MaxAge, int MaxFramedBytes, int Batch, long RecycleBytes, int WindowBytes, bool IsCompacted)
{
    /// <summary>The terms in one line.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"keeps {MaxMessages} {(IsCompacted ? "keys" : "messages")}{(MaxAge is { } age ? $" for {age.TotalSeconds} s" : "")}, {MaxFramedBytes} bytes framed, {Batch} in an answer, {RecycleBytes} bytes in a stream, {WindowBytes} bytes under way");
}
