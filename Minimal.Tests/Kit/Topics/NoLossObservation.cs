using Minimal.Http.Topics;

namespace Minimal.Testing;

/// <summary>One thing that a client saw.</summary>
public abstract record NoLossObservation;

/// <summary>A message.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Data">Its data.</param>
public sealed record NoLossMessage(Cursor Id, ReadOnlyMemory<byte> Data) : NoLossObservation
{
    /// <inheritdoc />
    public override string ToString() => $"{Id}";
}

/// <summary>A gap.</summary>
/// <param name="From">Behind what nothing is left.</param>
/// <param name="To">Where there is something again.</param>
public sealed record NoLossGap(Cursor From, Cursor To) : NoLossObservation
{
    /// <inheritdoc />
    public override string ToString() => $"gap({From}, {To})";
}

/// <summary>Where the client stands, by the server's word.</summary>
/// <param name="At">The place.</param>
public sealed record NoLossPlace(Cursor At) : NoLossObservation
{
    /// <inheritdoc />
    public override string ToString() => $"at({At})";
}

/// <summary>The end of the topic.</summary>
public sealed record NoLossEnd : NoLossObservation
{
    /// <inheritdoc />
    public override string ToString() => "end";
}
