namespace Minimal.Testing;

/// <summary>Reads the answer to one request, in whatever pieces it comes, and tells the client what is whole. On one thread at a time.</summary>
public abstract class NoLossReader
{
    /// <summary>Whether the answer is whole.</summary>
    public bool IsWhole { get; protected set; }

    /// <summary>Whether another request may follow on the connection when the answer is whole.</summary>
    public bool IsKept { get; protected set; }

    /// <summary>Takes what has come.</summary>
    /// <exception cref="NoLossException">It is nothing that the server may send.</exception>
    public abstract void Take(ReadOnlySpan<byte> bytes);

    /// <summary>The connection has ended behind what was taken. Whatever is not whole now is lost.</summary>
    public virtual void TakeEnd()
    {
    }
}
